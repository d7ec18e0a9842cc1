package io.policyengine.e2e.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Policies on routes of one engine behind one Envoy. Prints what was seen as a table, whose rows stand in docs/policies/outcomes.md.
 */
public final class PolicyTable implements AutoCloseable {
    private static final int MISCONFIGURED = 500;
    private static final YAMLMapper YAML = new YAMLMapper();

    private final List<PolicyRow> rows;
    private final Upstream upstream = Upstream.start();
    private final EngineProcess engine;
    private final EnvoyProcess envoy;

    /**
     * Starts it.
     *
     * @param conf gets the routes of the rows
     */
    public PolicyTable(TestConf conf, List<PolicyRow> rows) {
        this.rows = rows;
        conf.with("routes/table.yaml", routes(rows));
        this.engine = EngineProcess.embedded(conf);
        this.envoy = EnvoyProcess.start(
                EnvoyVersion.single(), conf.directory(), engine.port(), upstream.port(), PolicyTable::behindAProxy);
    }

    /** Behind a proxy that tells of clients' certificates. */
    private static String behindAProxy(String envoy) {
        ObjectNode config = (ObjectNode) YAML.readTree(envoy);
        ((ObjectNode) config.at("/static_resources/listeners/0/filter_chains/0/filters/0/typed_config"))
                .put("forward_client_cert_details", "ALWAYS_FORWARD_ONLY");
        return YAML.writeValueAsString(config);
    }

    private static String routes(List<PolicyRow> rows) {
        StringBuilder routes = new StringBuilder("route_policies:\n");
        for (PolicyRow row : rows) {
            String both = row.response().isEmpty()
                    ? ""
                    : ", response_flow: { processing_mode: buffered_body, policy_chain: [%s] }"
                            .formatted(row.response());
            routes.append("""
                      - { route_name: "%s*", request_flow: { policy_chain: [%s] }%s }
                      - { route_name: "%s", request_flow: { policy_chain: [{ policy: %s, params: %s }] } }
                    """.formatted(row.path(), row.chain(), both, row.wrongPath(), row.policy(), row.wrong()));
        }
        return routes.toString();
    }

    /**
     * Sends each row's requests, and requires what the rows promise.
     *
     * @param goDown takes away what policies depend on
     * @param comeBack brings it back
     */
    public void require(Runnable goDown, Runnable comeBack) {
        for (PolicyRow row : rows) {
            row.saw(status(row, row.allowed()));
            for (int i = 0; i < row.times(); i++) {
                status(row, row.first());
            }
            row.saw(whenRefused(row));
            row.saw(Web.get(envoy.port(), row.wrongPath()).status());
        }
        goDown.run();
        rows.forEach(row -> row.saw(status(row, row.allowed())));
        comeBack.run();
        for (PolicyRow row : rows) {
            Eventually.isTrue(row.name() + " works again", () -> status(row, row.allowed()) == row.passes());
            row.saw(status(row, row.allowed()));
        }
        System.out.println("| policy | allowed | denied | misconfigured | dependency down | dependency back |\n"
                + "|---|---|---|---|---|---|");
        rows.forEach(System.out::println);
        String page = page();
        for (PolicyRow row : rows) {
            assertThat(row.seen())
                    .as(row.name())
                    .containsExactly(row.passes(), row.refused(), MISCONFIGURED, row.down(), row.passes());
            assertThat(page).as("what operators are told").contains(row.toString());
        }
    }

    private static String page() {
        try {
            return Files.readString(Installation.home().resolve("docs/policies/outcomes.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int whenRefused(PolicyRow row) {
        Supplier<Sent> held = row.held();
        if (held == null) {
            return status(row, row.denied());
        }
        int before = upstream.delayed();
        CompletableFuture<Web.Answer> underWay = start(row, held.get());
        Eventually.isTrue("the upstream has it", () -> upstream.delayed() > before);
        int status = status(row, row.denied());
        underWay.cancel(true);
        return status;
    }

    private int status(PolicyRow row, Supplier<Sent> made) {
        return start(row, made.get()).join().status();
    }

    private CompletableFuture<Web.Answer> start(PolicyRow row, Sent sent) {
        return Web.start(
                sent.method(),
                envoy.port(),
                row.path() + sent.below(),
                sent.body(),
                sent.fields().toArray(String[]::new));
    }

    @Override
    public void close() {
        envoy.close();
        engine.close();
        upstream.close();
    }
}
