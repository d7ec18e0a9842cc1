package io.policyengine.worker.store;

import io.policyengine.core.config.StoreConfig;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreException.Kind;
import io.policyengine.core.vertx.Contexts;
import io.policyengine.worker.store.connection.StoreAddress;
import io.policyengine.worker.store.connection.StoreConnection;
import io.policyengine.worker.store.connection.StoreConnections;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the master by its Sentinels. They are queried one after another, beginning with the Sentinel that last knew the
 * master. Confined to one event loop.
 */
final class Sentinels {
    private static final Duration REPLY = Duration.ofMillis(500);

    private final NodeContext loop;
    private final StoreConfig config;
    private final StoreConnections links;
    private final List<StoreAddress> endpoints;
    private int first;

    Sentinels(NodeContext loop, StoreConfig config, StoreConnections links, List<StoreAddress> endpoints) {
        this.loop = loop;
        this.config = config;
        this.links = links;
        this.endpoints = endpoints;
    }

    /**
     * Opens a connection to the master. A Sentinel names the server, and the server must confirm that it is the master.
     */
    Future<StoreConnection> openMaster() {
        return openMaster(0, null);
    }

    private Future<StoreConnection> openMaster(int tried, @Nullable Throwable last) {
        if (tried == endpoints.size()) {
            return Contexts.failedFuture(loop.context(), last == null ? failure("there is no Sentinel") : last);
        }
        int index = (first + tried) % endpoints.size();
        return askMaster(endpoints.get(index))
                .compose(this::openAsMaster)
                .onSuccess(_ -> first = index)
                .recover(failed -> openMaster(tried + 1, failed));
    }

    private Future<StoreAddress> askMaster(StoreAddress sentinel) {
        Request question =
                Request.cmd(Command.SENTINEL).arg("get-master-addr-by-name").arg(config.masterName());
        return links.open(loop.context(), sentinel)
                .compose(link -> ask(link, question)
                        .eventually(() -> {
                            link.close();
                            return Future.succeededFuture();
                        })
                        .compose(reply -> master(sentinel, reply)));
    }

    private Future<StoreAddress> master(StoreAddress sentinel, @Nullable Response reply) {
        if (reply == null || reply.size() != 2) {
            return Future.failedFuture(
                    failure("the Sentinel at " + sentinel + " does not know a master named " + config.masterName()));
        }
        try {
            int port = Math.toIntExact(Replies.whole(reply.get(1)));
            return Future.succeededFuture(sentinel.master(config, reply.get(0).toString(), port));
        } catch (NumberFormatException | ArithmeticException malformed) {
            return Future.failedFuture(failure("the Sentinel at " + sentinel + " reports no valid port"));
        }
    }

    private Future<StoreConnection> openAsMaster(StoreAddress master) {
        return links.open(loop.context(), master)
                .compose(link -> ask(link, Request.cmd(Command.ROLE))
                        .compose(reply -> {
                            if (reply != null
                                    && reply.size() > 0
                                    && reply.get(0).toString().equals("master")) {
                                return Future.succeededFuture(link);
                            }
                            return Future.<StoreConnection>failedFuture(
                                    failure(master + " is not a master, although a Sentinel reports it as one"));
                        })
                        .onFailure(_ -> link.close()));
    }

    private Future<@Nullable Response> ask(StoreConnection link, Request question) {
        return loop.ask(link, question, REPLY, failure(link.endpoint() + " does not reply"));
    }

    private StoreException failure(String why) {
        return new StoreException(Kind.UNREACHABLE, loop.store(), why);
    }
}
