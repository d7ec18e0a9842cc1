package io.policyengine.kernel.trust;

import io.policyengine.core.http.PathRules;
import io.policyengine.core.log.LogFields;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The releases of Envoy that have connected to a kernel. Each known fault of a release is logged once. At most
 * {@link #MAX_RELEASES} releases are remembered and checked. Shared by all event loops; used once per connection.
 */
public final class ConnectedReleases {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.exchange");

    /** Maximum number of releases of Envoy that a kernel remembers, and checks for known faults. */
    private static final int MAX_RELEASES = 32;

    private final Map<PatchRelease, Set<EnvoyFault>> judged = new ConcurrentHashMap<>();
    private final AtomicBoolean hasWarnedOfMore = new AtomicBoolean();
    private final AtomicBoolean hasUnreadable = new AtomicBoolean();

    /**
     * Logs the known faults of the Envoy behind a new connection that were not logged before.
     *
     * @param version Envoy's attribute, see {@link PatchRelease#ofAttribute}
     * @param rules the rules in force, which determine whether a fault does harm
     * @param envoy the peer, in human-readable form
     */
    void connected(String version, PathRules rules, String envoy) {
        PatchRelease.ofAttribute(version).ifPresentOrElse(release -> judge(release, rules, envoy), () -> {
            if (hasUnreadable.compareAndSet(false, true)) {
                LOG.atInfo()
                        .addKeyValue(LogFields.ENVOY, envoy)
                        .log("the version of this Envoy cannot be read, so it is not checked for known faults");
            }
        });
    }

    private void judge(PatchRelease release, PathRules rules, String envoy) {
        if (judged.size() >= MAX_RELEASES && !judged.containsKey(release)) {
            if (hasWarnedOfMore.compareAndSet(false, true)) {
                LOG.atWarn()
                        .addKeyValue(LogFields.ENVOY, envoy)
                        .log(
                                "more than {} releases of Envoy have connected: others are not checked for known faults",
                                MAX_RELEASES);
            }
            return;
        }
        boolean[] isNew = {false};
        Set<EnvoyFault> logged = judged.computeIfAbsent(release, _ -> {
            isNew[0] = true;
            return ConcurrentHashMap.newKeySet();
        });
        List<EnvoyFault> harmful =
                EnvoyFault.of(release).filter(fault -> fault.isHarmful(rules)).toList();
        if (isNew[0]) {
            release.whyUnsupported().ifPresent(why -> warn(why, envoy));
            if (harmful.isEmpty()) {
                LOG.atInfo()
                        .addKeyValue(LogFields.ENVOY, envoy)
                        .log("Envoy {} has connected: no known fault of this release does harm", release);
            }
        }
        harmful.stream().filter(logged::add).forEach(fault -> warn(fault.message(release), envoy));
    }

    private static void warn(String message, String envoy) {
        LOG.atWarn().addKeyValue(LogFields.ENVOY, envoy).log("{}", message);
    }
}
