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

/** A store that instances share, on Redis or Valkey: an entry of {@code worker_core.stores}. */
@Doc("A store that instances share, on Redis or Valkey.")
public record StoreConfig(
        @Doc(
                value =
                        "URL of its server, with redis or rediss (TLS); a user, a password and the number of a database may be in it. "
                                + "With mode `sentinel` those of the Sentinels, with mode `cluster` those of some nodes.",
                examples = {
                    "\"redis://redis.example.com:6379\"",
                    "[\"redis://s1.example.com:26379\", \"redis://s2.example.com:26379\"]"
                })
        @Secret
        StringOrList url,

        @Doc("The kind of installation that it is.") @Default("\"standalone\"")
        Mode mode,

        @Doc("Name of the master that the Sentinels watch.") @Nullable @NonEmpty
        String masterName,

        @Doc("User (ACL). Absent: that of the URL, else the server's default user.") @Secret @Nullable @NonEmpty
        String username,

        @Doc("Password. Absent: that of the URL.") @Secret @Nullable @NonEmpty
        String password,

        @Doc("Number of the database; a cluster has 0 alone. Absent: that of the URL, else 0.")
        @Nullable
        @Range(min = 0, max = 65_535)
        Integer database,

        @Doc(
                "Maximum time for one operation, in milliseconds, with the wait for a connection; never more than what is left of "
                        + "the exchange's.")
        @JsonProperty("timeout_ms")
        @Default("50")
        @Range(min = 1, max = 10_000)
        Duration timeout,

        @Doc("Beginning of all keys: installations that share a server have one each.")
        @Default("\"policy-engine:\"")
        @Pattern("^[A-Za-z0-9._:/-]{0,64}$")
        String keyPrefix,

        @Doc("Maximum number of pending operations; beyond it, they are refused as overload.")
        @Default("1024")
        @Range(min = 1, max = 65_536)
        int maxPending,

        @Doc("Trusted authorities and client certificate for a rediss URL.") @Default("{}")
        TargetConfig.Tls tls,

        @Doc("Circuit breaker: when operations pause for a while.") @Default("{}")
        Breaker breaker) {

    /** The kinds of installations. */
    public enum Mode {
        /** A single server, or an installation that acts as one. */
        STANDALONE,
        /** A master with replicas, which Sentinels watch. */
        SENTINEL,
        CLUSTER
    }

    /** The circuit breaker of a store; in a cluster each node has its own. */
    public record Breaker(
            @Doc(
                    "Number of operations in a row that had no reply in time, or that the server refused, after which nothing is "
                            + "asked for a while.")
            @Default("5")
            @Range(min = 1)
            int failures,

            @Doc("How long that is, in milliseconds; then one operation is tried.")
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
