package io.policyengine.worker.store.connection;

import io.policyengine.core.log.LogFields;
import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a server of a store. It has its own client, since a pooled connection could not be discarded.
 * Confined to one event loop.
 */
public final class StoreConnection {
    private static final Logger LOG = LoggerFactory.getLogger(StoreConnection.class);

    private final Redis client;
    private final RedisConnection connection;
    private final StoreAddress endpoint;

    public StoreConnection(Redis client, RedisConnection connection, StoreAddress endpoint) {
        this.client = client;
        this.connection = connection;
        this.endpoint = endpoint;
        connection.handler(_ -> LOG.atDebug()
                .addKeyValue(LogFields.TARGET, endpoint.toString())
                .log("a message that answers no command is ignored"));
        connection.exceptionHandler(failure -> LOG.atDebug()
                .addKeyValue(LogFields.TARGET, endpoint.toString())
                .setCause(failure)
                .log("a connection to a store failed"));
    }

    /** Sets an action that runs once, when one side has closed the connection. */
    public void onEnd(Runnable ended) {
        connection.endHandler(_ -> ended.run());
        connection.exceptionHandler(failure -> {
            LOG.atDebug()
                    .addKeyValue(LogFields.TARGET, endpoint.toString())
                    .setCause(failure)
                    .log("a connection to a store failed; the operations on it fail");
            ended.run();
        });
    }

    /** Sends a command. Replies arrive in the order of commands. */
    public Future<@Nullable Response> send(Request request) {
        return connection.send(request);
    }

    public StoreAddress endpoint() {
        return endpoint;
    }

    /** Closes the connection. Commands that await a reply fail. */
    public void close() {
        client.close();
    }
}
