package io.policyengine.worker.store.connection;

import io.policyengine.core.config.StoreConfig;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreException.Kind;
import io.policyengine.core.vertx.Contexts;
import io.policyengine.core.vertx.EventLoops;
import io.policyengine.core.vertx.GuardedNet;
import io.policyengine.worker.remote.TlsFiles;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens connections to the servers of one store. Thread-safe. */
public final class StoreConnections {
    /**
     * The time limit for connecting, TLS and the greeting. It is longer than an operation's, since a connection that
     * opens too late for one operation can serve the next.
     */
    private static final Duration OPENING = Duration.ofSeconds(2);

    /** The maximum number of commands that one operation sends at once: ASKING and the script. */
    private static final int COMMANDS_OF_AN_OPERATION = 2;

    private final String store;
    private final StoreConfig config;
    private final @Nullable TlsFiles tls;

    public StoreConnections(String store, StoreConfig config, @Nullable TlsFiles tls) {
        this.store = store;
        this.config = config;
        this.tls = tls;
    }

    /** Opens an authenticated connection on the context's event loop. Fails with {@link StoreException}. */
    public Future<StoreConnection> open(Context loop, StoreAddress endpoint) {
        // Vert.x keeps even a closed client as long as the context of its creation.
        Context own = EventLoops.closingContext(loop.owner(), Contexts.eventLoop(loop));
        Promise<StoreConnection> opened = Contexts.promise(loop);
        Contexts.dispatch(own, () -> open(own, endpoint, opened));
        return opened.future();
    }

    private void open(Context own, StoreAddress endpoint, Promise<StoreConnection> opened) {
        Redis client;
        Future<RedisConnection> connecting;
        try {
            client = Redis.createClient(GuardedNet.of(own.owner(), ReplyGuard::new), options(endpoint));
            connecting = client.connect();
        } catch (RuntimeException unusable) {
            opened.tryFail(failure(endpoint, unusable));
            return;
        }
        long timer = Contexts.setTimer(own, OPENING.toMillis(), _ -> {
            opened.tryFail(new StoreException(Kind.TIMEOUT, store, "no connection to " + endpoint + " in time"));
            client.close();
        });
        connecting.onComplete(
                connection -> {
                    own.owner().cancelTimer(timer);
                    StoreConnection link = new StoreConnection(client, connection, endpoint);
                    if (!opened.tryComplete(link)) {
                        link.close();
                    }
                },
                cause -> {
                    own.owner().cancelTimer(timer);
                    opened.tryFail(failure(endpoint, cause));
                    client.close();
                });
    }

    private StoreException failure(StoreAddress endpoint, Throwable cause) {
        ServerError error = ServerError.of(cause);
        if (error != null) {
            return new StoreException(
                    Kind.REFUSED, store, endpoint + " refuses the connection with " + error.code() + error.remedy());
        }
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SSLException) {
                return new StoreException(
                        Kind.UNREACHABLE, store, "TLS with " + endpoint + " failed: " + each.getMessage());
            }
        }
        return new StoreException(Kind.UNREACHABLE, store, "no connection to " + endpoint + ": " + cause.getMessage());
    }

    private RedisOptions options(StoreAddress endpoint) {
        RedisOptions options = new RedisOptions()
                .setConnectionString(endpoint.url())
                .setPreferredProtocolVersion(ProtocolVersion.RESP2)
                .setMaxWaitingHandlers(COMMANDS_OF_AN_OPERATION * config.maxPending() + 1)
                .setNetClientOptions(net(endpoint));
        options.getPoolOptions()
                .setMaxSize(1)
                .setMaxWaiting(1)
                .setCleanerInterval(0)
                .setRecycleTimeout(-1);
        if (endpoint.password() != null) {
            options.setUser(endpoint.username()).setPassword(endpoint.password());
        }
        return options;
    }

    private NetClientOptions net(StoreAddress endpoint) {
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout((int) OPENING.toMillis())
                .setSslHandshakeTimeout(OPENING.toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpKeepAlive(true);
        if (endpoint.tls() && tls != null) {
            ClientSSLOptions files = tls.now().options();
            net.setSsl(true)
                    .setHostnameVerificationAlgorithm("HTTPS")
                    .setTrustOptions(files.getTrustOptions())
                    .setKeyCertOptions(files.getKeyCertOptions());
            String serverName = config.tls().serverName();
            if (serverName != null) {
                net.setSslEngineOptions(new NamedTls(serverName));
            }
        }
        return net;
    }
}
