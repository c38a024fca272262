CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, price numeric(10, 2) NOT NULL);

INSERT INTO products
SELECT n, (ARRAY['lamp', 'chair', 'desk', 'shelf', 'rug'])[n % 5 + 1] || ' ' || n, (n * 7919 % 50000) / 100.0
FROM generate_series(1, 200) AS n;

CREATE TABLE orders (
  id serial PRIMARY KEY,
  product int NOT NULL REFERENCES products,
  quantity int NOT NULL,
  status text NOT NULL DEFAULT 'new',
  created timestamptz NOT NULL DEFAULT now()
);

INSERT INTO orders (product, quantity, status) VALUES (1, 1, 'paid');

