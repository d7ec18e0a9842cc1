package io.policyengine.worker.store.connection;

import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection to a server, with the client that it alone belongs to: a pooled one could not be thrown away. Belongs to one event loop. */
public final class StoreConnection {
    private static final Logger LOG = LoggerFactory.getLogger(StoreConnection.class);

    private final Redis client;
    private final RedisConnection connection;
    private final StoreAddress endpoint;

    public StoreConnection(Redis client, RedisConnection connection, StoreAddress endpoint) {
        this.client = client;
        this.connection = connection;
        this.endpoint = endpoint;
        connection.handler(unasked -> LOG.atDebug().log("a server said what nobody asked for"));
        connection.exceptionHandler(failure -> LOG.atDebug().setCause(failure).log("a connection failed"));
    }

    /** Calls once it is closed, by whomever. */
    public void onEnd(Runnable ended) {
        connection.endHandler(_ -> ended.run());
        connection.exceptionHandler(failure -> {
            LOG.atDebug().setCause(failure).log("a connection failed");
            ended.run();
        });
    }

    /** Sends a command; commands are replied to in their order. */
    public Future<@Nullable Response> send(Request request) {
        return connection.send(request);
    }

    public StoreAddress endpoint() {
        return endpoint;
    }

    /** Ends it; what waits for replies fails. */
    public void close() {
        client.close();
    }
}
