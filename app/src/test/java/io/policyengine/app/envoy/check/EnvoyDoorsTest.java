package io.policyengine.app.envoy.check;

import static io.policyengine.app.envoy.check.EnvoyCheckTest.KERNEL;
import static io.policyengine.app.envoy.check.EnvoyCheckTest.ROUTES;
import static io.policyengine.app.envoy.check.EnvoyCheckTest.bootstrap;
import static io.policyengine.app.envoy.check.EnvoyCheckTest.check;
import static io.policyengine.app.envoy.check.EnvoyCheckTest.conf;
import static io.policyengine.app.envoy.check.EnvoyCheckTest.messages;
import static io.policyengine.app.envoy.check.EnvoyCheckTest.withRoute;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EngineConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations in which some requests reach upstreams past the engine's filter. */
class EnvoyDoorsTest {
    @TempDir
    private Path dir = Path.of("");

    @Test
    void findsADoorInARouteThatDisablesTheFilter() {
        EngineConfig config = conf(dir, KERNEL, ROUTES);
        String door = """
                name: %s
                typed_per_filter_config:
                  envoy.filters.http.ext_proc:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute
                    %s
                """;
        String whole = bootstrap(config);

        assertThat(messages(check(config, withRoute(whole, door.formatted("/orders", "disabled: true")))))
                .contains("error: the filter is disabled here: requests reach the upstream without their policies");
        assertThat(messages(check(config, withRoute(whole, door.formatted("/status", "disabled: true")))))
                .contains("note: the filter is disabled here; the route is open anyway");
        assertThat(messages(check(
                        config,
                        withRoute(whole, door.formatted("/orders", "overrides: { failure_mode_allow: true }")))))
                .contains("error: 'failure_mode_allow' is true here");
        assertThat(messages(check(
                        config,
                        withRoute(
                                whole,
                                door.formatted(
                                        "/orders", "overrides: { processing_mode: { request_header_mode: SKIP } }")))))
                .contains("error: 'request_header_mode' is SKIP here");
    }

    /** Envoy takes the settings of a filter for a route also from within its FilterConfig. */
    @Test
    void findsADoorThatIsWrapped() {
        EngineConfig config = conf(dir, KERNEL, ROUTES);
        String door = """
                name: /orders
                typed_per_filter_config:
                  envoy.filters.http.ext_proc:
                    "@type": type.googleapis.com/envoy.config.route.v3.FilterConfig
                    %s
                """;
        String wrapped = door.formatted("""
                config: { "@type": type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute, %s }""");
        String whole = bootstrap(config);

        assertThat(messages(check(config, withRoute(whole, door.formatted("disabled: true")))))
                .contains("error: the filter is disabled here");
        assertThat(messages(check(config, withRoute(whole, wrapped.formatted("disabled: true")))))
                .contains("error: the filter is disabled here");
        assertThat(messages(check(
                        config,
                        withRoute(
                                whole,
                                door.formatted("value: { disabled: true }")
                                        .replace("envoy.config.route.v3.FilterConfig", "xds.type.v3.TypedStruct")))))
                .contains("error: not checked, as this is no ExtProcPerRoute: it may disable the filter");
        assertThat(messages(
                        check(config, withRoute(whole, wrapped.formatted("overrides: { failure_mode_allow: true }")))))
                .contains("error: 'failure_mode_allow' is true here");
        assertThat(messages(check(
                        config,
                        withRoute(
                                whole,
                                wrapped.formatted("disabled: true")
                                        .replace("envoy.filters.http.ext_proc:", "another:")))))
                .contains("warning: no effect: the filter has the name 'envoy.filters.http.ext_proc'");
    }

    @Test
    void findsUpgradesThatHaveFiltersOfTheirOwn() {
        EngineConfig config = conf(dir, KERNEL, ROUTES);
        String router = """
                { name: envoy.filters.http.router, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router } }""";
        String processor = """
                { name: other, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor, grpc_service: { envoy_grpc: { cluster_name: %s } } } }""";
        String upgrades =
                "stat_prefix: ingress\n          upgrade_configs: [ { upgrade_type: websocket, filters: [ %s ] } ]";
        String whole = bootstrap(config);

        assertThat(whole).contains("\n          stat_prefix: ingress\n");
        assertThat(messages(check(config, whole.replace("stat_prefix: ingress", upgrades.formatted(router)))))
                .contains("error: the filters of this upgrade lack the engine's");
        assertThat(messages(check(
                        config,
                        whole.replace(
                                "stat_prefix: ingress",
                                upgrades.formatted(processor.formatted("shop") + ", " + router)))))
                .contains("error: the filters of this upgrade lack the engine's");
        assertThat(messages(check(
                        config,
                        whole.replace(
                                "stat_prefix: ingress",
                                upgrades.formatted(processor.formatted("policy-engine") + ", " + router)))))
                .doesNotContain("the filters of this upgrade");
    }
}
