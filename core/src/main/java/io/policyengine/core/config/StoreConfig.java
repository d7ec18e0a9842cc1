package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Secret;
import io.policyengine.core.params.StringOrList;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A store that instances of the engine share, on Redis or Valkey: an entry of {@code worker_core.stores}. */
@Doc("A store that instances share, on Redis or Valkey.")
public record StoreConfig(
        @Doc(
                value = "URL of the server, with the scheme redis or rediss (TLS). The URL may contain a user, a"
                        + " password and the number of a database. With mode `sentinel`: the URLs of the Sentinels."
                        + " With mode `cluster`: the URLs of some nodes.",
                examples = {
                    "\"redis://redis.example.com:6379\"",
                    "[\"redis://s1.example.com:26379\", \"redis://s2.example.com:26379\"]"
                })
        @Secret
        StringOrList url,

        @Doc("The kind of installation.") @Default("\"standalone\"")
        Mode mode,

        @Doc("Name of the master that the Sentinels monitor. Required with mode `sentinel`.") @Nullable @NonEmpty
        String masterName,

        @Doc("User (ACL). Absent: the user of the URL, or else the server's default user.") @Secret @Nullable @NonEmpty
        String username,

        @Doc("Password. Absent: the password of the URL.") @Secret @Nullable @NonEmpty
        String password,

        @Doc("Number of the database. A cluster has only database 0. Absent: the number in the URL, or else 0.")
        @Nullable
        @Range(min = 0, max = 65_535)
        Integer database,

        @Doc("Maximum time for one operation, in milliseconds, including the wait for a connection. If the exchange has"
                + " less time left, the shorter time applies.")
        @JsonProperty("timeout_ms")
        @Default("50")
        @Range(min = 1, max = 10_000)
        Duration timeout,

        @Doc("Prefix of all keys. Installations that share a server must use different prefixes.")
        @Default("\"policy-engine:\"")
        @Pattern("^[A-Za-z0-9._:/-]{0,64}$")
        String keyPrefix,

        @Doc("Maximum number of pending operations. Further operations are refused as overload.")
        @Default("1024")
        @Range(min = 1, max = 65_536)
        int maxPending,

        @Doc("Trusted authorities and client certificate for a rediss URL.") @Default("{}")
        TargetConfig.Tls tls,

        @Doc("Circuit breaker, which stops operations for a while after failures.") @Default("{}")
        Breaker breaker) {

    /** The kinds of installations. */
    public enum Mode {
        /** A single server, or an installation that clients use like a single server. */
        STANDALONE,
        /** A master with replicas, monitored by Sentinels. */
        SENTINEL,
        CLUSTER
    }

    /** The circuit breaker of a store; in a cluster each node has its own. */
    public record Breaker(
            @Doc("Number of consecutive failed operations after which operations stop for `open_ms`. An operation fails"
                    + " if it has no reply in time, or if the server refuses it.")
            @Default("5")
            @Range(min = 1)
            int failures,

            @Doc("Time in milliseconds for which operations stop. Afterwards a single operation tests the " + "server.")
            @JsonProperty("open_ms")
            @Default("1000")
            @Range(min = 1, max = 3_600_000)
            Duration open) {}

    /** Omits URL, user and password, which may be secrets. */
    @Override
    public String toString() {
        return "StoreConfig[mode=" + mode + "]";
    }
}
