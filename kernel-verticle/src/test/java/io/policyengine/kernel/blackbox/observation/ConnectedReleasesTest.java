package io.policyengine.kernel.blackbox.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Warnings of Envoys that connect and whose release has known faults. */
class ConnectedReleasesTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";

    private final KernelHarness kernel = KernelHarness.create();
    private final CapturedLog log = CapturedLog.of("io.policyengine.kernel.exchange");

    ConnectedReleasesTest() {
        kernel.worker("w").with("set", Policies.request(new SetHeader("x-set", "1")));
    }

    @AfterEach
    void stop() {
        log.close();
        kernel.close();
    }

    private void start(String settings) {
        kernel.start(WORKER + settings, KernelHarness.route("r", "[ { policy: set } ]", "[]"));
    }

    private static String version(int minor, int patch) {
        return "major_number: 1 minor_number: " + minor + (patch == 0 ? " " : " patch: " + patch);
    }

    /** A request by an Envoy of its own, whose connection is new. */
    private void request(@Nullable String version) {
        pass(envoy(version));
    }

    private EnvoySim envoy(@Nullable String version) {
        FilterConfigBuilder filter = KernelHarness.filterBuilder("r").allowModeOverride(true);
        return kernel.envoy((version == null ? filter : filter.requestAttribute(EnvoyReader.VERSION, version)).build());
    }

    private static void pass(EnvoySim envoy) {
        SimResult result = Await.result(envoy.exchange(SimRequest.get("/"), Upstream.replying(200)));
        assertThat(result.reached().header("x-set")).isEqualTo("1");
    }

    private List<String> lines() {
        return log.messages().stream().filter(line -> !line.startsWith("DEBUG")).toList();
    }

    private List<String> warnings() {
        return lines().stream().filter(line -> line.startsWith("WARN")).toList();
    }

    @Test
    void eachHarmfulFaultOfAReleaseIsLoggedOnce() {
        start("");

        request(version(36, 4));
        request(version(36, 4));

        assertThat(warnings())
                .hasSize(3)
                .first()
                .asString()
                .startsWith("WARN Envoy 1.36.4 has a known fault, CVE-2026-47207: ")
                .contains("; use 1.36.9 or later");
    }

    @Test
    void eachReleaseIsJudgedByItself() {
        start("");

        request(version(36, 9));
        request(version(36, 4));

        assertThat(warnings())
                .filteredOn(line -> line.contains("Envoy 1.36.9 has"))
                .hasSize(2);
        assertThat(warnings())
                .filteredOn(line -> line.contains("Envoy 1.36.4 has"))
                .hasSize(3);
    }

    @Test
    void aReleaseWithoutHarmfulFaultsIsNamed() {
        start("");

        request(version(40, 0));
        request(version(40, 0));

        assertThat(warnings()).isEmpty();
        assertThat(lines())
                .containsOnlyOnce("INFO Envoy 1.40.0 has connected: no known fault of this release does harm");
    }

    @Test
    void aReleaseThatIsTooOldIsNamed() {
        start("");

        request(version(35, 2));

        assertThat(warnings().getFirst())
                .isEqualTo("WARN Envoy 1.35.2 is older than 1.36, which is the oldest that the engine supports");
    }

    @Test
    void aFaultThatPathRulesPreventIsHarmfulWithoutThem() {
        start("path_rules: off\n");

        request(version(37, 5));

        assertThat(warnings()).anyMatch(line -> line.contains("CVE-2026-73551"));
    }

    @Test
    void anEnvoyThatDoesNotSendItsVersionIsServed() {
        start("");

        request(null);

        assertThat(lines()).isEmpty();
    }

    @Test
    void aVersionThatOnlyLaterRequestsHaveIsRead() {
        start("");
        EnvoySim envoy = envoy(null);
        pass(envoy);

        request(version(36, 9));

        assertThat(warnings()).hasSize(2);
    }

    @Test
    void textsThatAreNoVersionsAreNotedOnceAndNeverRepeated() {
        start("");

        request("major_number: 1 minor_number: 36 patch: 4 <script>");
        request("x".repeat(10_000));

        assertThat(warnings()).isEmpty();
        assertThat(lines())
                .containsExactly(
                        "INFO the version of this Envoy cannot be read, so it is not checked for known faults");
    }

    @Test
    void anyNumberOfReleasesIsLoggedOnlyUpToABound() {
        start("");

        for (int patch = 0; patch < 60; patch++) {
            request(version(41, patch));
        }
        request(version(36, 4));

        assertThat(warnings())
                .containsExactly(
                        "WARN more than 32 releases of Envoy have connected: others are not checked for known faults");
        assertThat(lines()).hasSize(33);
    }

    /** Workers would get it with each request. */
    @Test
    void policiesDoNotSeeTheVersion() {
        kernel.start(
                WORKER,
                KernelHarness.route(
                        "r",
                        "[ { policy: set, when: \"!('" + EnvoyReader.VERSION + "' in request.attributes)\" } ]",
                        "[]"));

        request(version(40, 0));
    }
}
