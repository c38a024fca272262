"""Products: one thread a connection, Redis in front of PostgreSQL, and a search that is slow."""

import json
import random
import time

from shop import PerThread, serve

PAGE = 20
connections = PerThread()


def product(row):
    return {"id": int(row[0]), "name": row[1], "price": float(row[2])}


def list_products(context, _match, query):
    page = int(query.get("page", ["1"])[0])
    key = f"products:page:{page}"
    cached = connections.redis.command(context, "GET", key)
    if cached:
        return 200, {"products": json.loads(cached)}
    offset = (page - 1) * PAGE
    rows = connections.postgres.query(
        context, f"SELECT id, name, price FROM products ORDER BY id LIMIT {PAGE} OFFSET {offset}"
    )
    products = [product(row) for row in rows]
    connections.redis.command(context, "SET", key, json.dumps(products), "PX", 500)
    return 200, {"products": products}


def read_product(context, match, _query):
    rows = connections.postgres.query(context, f"SELECT id, name, price FROM products WHERE id = {int(match[1])}")
    if not rows:
        return 404, {"error": "no such product"}
    return 200, product(rows[0])


def search(context, _match, query):
    word = "".join(c for c in query.get("q", [""])[0] if c.isalnum())
    time.sleep(random.uniform(0.2, 0.6))
    rows = connections.postgres.query(context, f"SELECT id, name, price FROM products WHERE name LIKE '%{word}%' LIMIT 20")
    return 200, {"products": [product(row) for row in rows]}


serve([(r"/products", list_products), (r"/products/(\d+)", read_product), (r"/search", search)])
