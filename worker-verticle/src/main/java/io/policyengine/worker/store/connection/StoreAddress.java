package io.policyengine.worker.store.connection;

import io.policyengine.core.config.StoreConfig;
import io.policyengine.core.config.StoreUrl;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The address of a server of a store, with the credentials for this server.
 *
 * @param host a name or an address; IPv6 without brackets
 */
public record StoreAddress(
        boolean tls,
        String host,
        int port,
        @Nullable String username,
        @Nullable String password,
        int database) {
    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26_379;

    public static List<StoreAddress> of(StoreConfig config) {
        int usual = config.mode() == StoreConfig.Mode.SENTINEL ? SENTINEL_PORT : PORT;
        return config.url().values().stream()
                .map(StoreUrl::parse)
                .map(url -> of(config, url, Objects.requireNonNullElse(url.port(), usual)))
                .toList();
    }

    private static StoreAddress of(StoreConfig config, StoreUrl url, int port) {
        // A Sentinel has separate credentials, which are in its URL.
        boolean isSentinel = config.mode() == StoreConfig.Mode.SENTINEL;
        String password = isSentinel || config.password() == null ? url.password() : config.password();
        String username = isSentinel || config.password() == null ? url.username() : config.username();
        Integer written = config.database() == null ? url.database() : config.database();
        int database = isSentinel || written == null ? 0 : written;
        return new StoreAddress(url.tls(), url.host(), port, username, password, database);
    }

    /** Returns the address of the master that a Sentinel reports. */
    public StoreAddress master(StoreConfig config, String host, int port) {
        StoreUrl url = StoreUrl.parse(config.url().values().getFirst());
        boolean own = config.password() != null;
        Integer database = config.database() == null ? url.database() : config.database();
        return new StoreAddress(
                tls,
                host,
                port,
                own ? config.username() : url.username(),
                own ? config.password() : url.password(),
                database == null ? 0 : database);
    }

    public StoreAddress at(String otherHost, int otherPort) {
        return new StoreAddress(tls, otherHost, otherPort, username, password, database);
    }

    /** Returns the address as {@code host:port}. */
    public String address() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** Returns the URL for the client library, without credentials. */
    String url() {
        return (tls ? "rediss://" : "redis://") + address() + "/" + (database == 0 ? "" : database);
    }

    /** Returns the address without credentials. */
    @Override
    public String toString() {
        return address();
    }
}
