package io.policyengine.worker.server;

import io.policyengine.core.log.LogFields;
import io.policyengine.worker.LocalWorker;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records which connection prepared each chain last. A crashed kernel does not release its chains: they are released
 * when its connection has been closed for a grace period, unless another connection has prepared them. Thread-safe.
 */
final class ChainOwners {
    private static final Logger LOG = LoggerFactory.getLogger(ChainOwners.class);

    private final Vertx vertx;
    private final LocalWorker worker;
    private final Duration grace;
    private final ConcurrentHashMap<Long, HttpConnection> owners = new ConcurrentHashMap<>();
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();

    /** Creates an empty record. A kernel that reconnects within the grace period keeps its chains. */
    ChainOwners(Vertx vertx, LocalWorker worker, Duration grace) {
        this.vertx = vertx;
        this.worker = worker;
        this.grace = grace;
    }

    /**
     * Registers a kernel's connection. Must be called as soon as the connection opens, since its end may be missed
     * otherwise.
     */
    void connected(HttpConnection connection) {
        open.add(connection);
        connection.closeHandler(_ -> {
            open.remove(connection);
            releaseLater(connection);
        });
    }

    /**
     * Records which connection prepared chains. A closed connection does not become the owner of a chain that another
     * connection owns.
     */
    void prepared(HttpConnection connection, Collection<Long> ids) {
        if (open.contains(connection)) {
            ids.forEach(id -> owners.put(id, connection));
        } else {
            ids.forEach(id -> owners.putIfAbsent(id, connection));
            releaseLater(connection);
        }
    }

    void released(Collection<Long> ids) {
        ids.forEach(owners::remove);
    }

    private void releaseLater(HttpConnection gone) {
        vertx.setTimer(Math.max(1, grace.toMillis()), _ -> releaseOf(gone));
    }

    private void releaseOf(HttpConnection gone) {
        List<Long> orphaned = new ArrayList<>();
        owners.forEach((id, owner) -> {
            if (owner.equals(gone) && owners.remove(id, owner)) {
                orphaned.add(id);
            }
        });
        if (!orphaned.isEmpty()) {
            LOG.atInfo()
                    .addKeyValue(LogFields.CHAINS, orphaned.size())
                    .log("a disconnected kernel has not returned in time: its chains are released");
            worker.release(orphaned);
        }
    }
}
