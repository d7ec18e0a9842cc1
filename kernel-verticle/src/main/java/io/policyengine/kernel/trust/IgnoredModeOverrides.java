package io.policyengine.kernel.trust;

import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.trust.ModeOverrideTrust.Kind;
import io.policyengine.kernel.trust.ModeOverrideTrust.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mode overrides that Envoys ignore, for the log, metrics and readiness. They come only from the
 * {@link ConnectionTrust} of open connections. Shared by all event loops; written only on changes, never per exchange.
 */
public final class IgnoredModeOverrides {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.exchange");

    /** Maximum number of remarks about ignored mode overrides in the readiness; further ones are only counted. */
    private static final int MAX_REMARKS = 10;

    private final KernelMeters meters;
    private final Map<ModeOverrideTrust, String> lost = new ConcurrentHashMap<>();
    private final Map<ModeOverrideTrust, String> suspect = new ConcurrentHashMap<>();
    private final Map<ConnectionTrust, String> untold = new ConcurrentHashMap<>();
    private final AtomicLong reading = new AtomicLong();

    public IgnoredModeOverrides(KernelMeters meters) {
        this.meters = meters;
        meters.ignoredOverrides(lost::size);
    }

    long reading() {
        return reading.get();
    }

    /** Records a reload, after which the engine tries ignored overrides again. */
    public void reread() {
        reading.incrementAndGet();
        lost.clear();
        suspect.clear();
        untold.clear();
    }

    /** Records that an Envoy does not send the origin of responses although the engine needs it. */
    void tellsNot(ConnectionTrust connection, String envoy) {
        untold.put(connection, envoy);
        LOG.atWarn().addKeyValue(LogFields.ENVOY, envoy).log("{}", untold(envoy));
    }

    /** Records that the Envoy of a connection sends the origin of responses, or that the connection is closed. */
    void tells(ConnectionTrust connection) {
        untold.remove(connection);
    }

    void forget(ModeOverrideTrust trust) {
        lost.remove(trust);
        suspect.remove(trust);
    }

    void changed(ModeOverrideTrust trust, Standing before, String envoy) {
        Kind kind = trust.kind();
        switch (trust.standing()) {
            case LOST -> {
                suspect.remove(trust);
                lost.put(trust, envoy);
                meters.overrideTrust(kind.route(), kind.direction(), "lost").increment();
                LOG.atError()
                        .addKeyValue(LogFields.ROUTE_NAME, kind.route())
                        .addKeyValue(LogFields.ENVOY, envoy)
                        .log("{}", remark(kind, envoy));
            }
            case SUSPECT -> {
                suspect.put(trust, envoy);
                meters.overrideTrust(kind.route(), kind.direction(), "suspect").increment();
                LOG.atWarn()
                        .addKeyValue(LogFields.ROUTE_NAME, kind.route())
                        .addKeyValue(LogFields.ENVOY, envoy)
                        .log("{}", doubt(kind, envoy));
            }
            case PROVED -> {
                if (before == Standing.SUSPECT) {
                    suspect.remove(trust);
                    meters.overrideTrust(kind.route(), kind.direction(), "restored")
                            .increment();
                    LOG.atInfo()
                            .addKeyValue(LogFields.ROUTE_NAME, kind.route())
                            .addKeyValue(LogFields.ENVOY, envoy)
                            .log(
                                    "received {} as requested from Envoy at {}, which honours mode_override again",
                                    what(kind),
                                    envoy);
                }
            }
            case UNPROVED -> throw new IllegalStateException("trust begins once");
        }
    }

    /** Returns human-readable remarks about ignored mode overrides, ordered by route. */
    public List<String> remarks() {
        TreeSet<String> all = new TreeSet<>();
        lost.forEach((trust, envoy) -> all.add(remark(trust.kind(), envoy)));
        suspect.forEach((trust, envoy) -> all.add(doubt(trust.kind(), envoy)));
        untold.forEach((_, envoy) -> all.add(untold(envoy)));
        List<String> shown = new ArrayList<>(all.stream().limit(MAX_REMARKS).toList());
        if (all.size() > MAX_REMARKS) {
            shown.add("and " + (all.size() - MAX_REMARKS) + " more remarks about mode overrides");
        }
        return shown;
    }

    private static String remark(Kind kind, String envoy) {
        return "Envoy at " + envoy + " ignores mode_override: " + what(kind)
                + " did not arrive when requested, so exchanges that need it are refused on this connection (500): "
                + remedy(kind) + ", and reload this configuration or let Envoy reconnect";
    }

    private static String doubt(Kind kind, String envoy) {
        String proof = kind.request()
                ? "until a body arrives, bodies are requested whole"
                : "until it arrives, responses are held back, and Envoy answers with 504 if it ignores mode_override";
        return what(kind) + " did not arrive when requested from Envoy at " + envoy
                + "; unless clients or upstreams disconnected, this Envoy ignores mode_override: " + proof;
    }

    private static String untold(String envoy) {
        return "Envoy at " + envoy
                + " does not report whether an upstream or Envoy itself answers, so an ignored mode_override "
                + "is noticed late, and a client's malformed body can be mistaken for an ignored mode_override: set "
                + "response_attributes: [response.code_details] in its ext_proc filter";
    }

    private static String what(Kind kind) {
        return (kind.trailers() ? "the trailers of the " : "the body of the ") + kind.direction() + " of route '"
                + kind.route() + "'";
    }

    private static String remedy(Kind kind) {
        return kind.trailers()
                ? "set " + kind.direction()
                        + "_trailer_mode: SEND in its ext_proc filter and envoy.trailers: send in the engine, or"
                        + " allow_mode_override: true in the filter"
                : "set allow_mode_override: true in its ext_proc filter, without allowed_override_modes, or "
                        + kind.direction() + "_body_mode, with envoy.allow_mode_override: false in the engine";
    }
}
