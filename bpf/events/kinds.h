#pragma once

enum event_kind {
	EVENT_EXCHANGE = 1,
	EVENT_SEGMENT = 2,
	EVENT_CONNECTION = 3,
	EVENT_PROCESS = 4,
	EVENT_TASK = 5,
};

/* Which end of the connection the socket is. */
enum role {
	ROLE_UNKNOWN = 0,
	ROLE_CLIENT = 1,
	ROLE_SERVER = 2,
};

/* How an exchange or a connection ended; the order of OUTCOMES in packages/model. */
enum outcome {
	OUTCOME_COMPLETE = 0,
	OUTCOME_ONEWAY = 1,
	OUTCOME_CLOSED = 2,
	OUTCOME_RESET = 3,
	OUTCOME_TIMEOUT = 4,
	OUTCOME_REFUSED = 5,
	OUTCOME_PENDING = 6,
};
