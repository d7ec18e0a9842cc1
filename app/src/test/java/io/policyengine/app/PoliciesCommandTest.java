package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.StandardPolicies;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code policy-engine policies}. */
class PoliciesCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private String run(String... arguments) {
        assertThat(Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments))
                .as(err::toString)
                .isZero();
        return out.toString();
    }

    @Test
    void listsThePoliciesByFamily() {
        List<String> families = run("policies")
                .lines()
                .skip(1)
                .map(line -> line.split(" ", 2)[0])
                .distinct()
                .toList();

        assertThat(families)
                .containsExactly("authentication", "access", "traffic", "message", "content", "ai", "records");
    }

    @Test
    void printsThemAsJsonInTheSameOrder() {
        JsonNode policies = new JsonMapper().readTree(run("policies", "--json")).get("policies");

        assertThat(policies.valueStream().map(policy -> policy.path("name").stringValue()))
                .containsExactlyElementsOf(StandardPolicies.all().stream()
                        .map(factory -> factory.descriptor().name())
                        .toList());
        JsonNode costLimit = policies.valueStream()
                .filter(policy -> policy.path("name").asString("").equals("costLimit"))
                .findFirst()
                .orElseThrow();
        assertThat(costLimit).isEqualTo(new JsonMapper().readTree("""
                {"family": "ai", "name": "costLimit", "version": "1.0.0",
                 "description": "Limits the cost of a client's use of models. The cost is reserved on the request, and corrected by the usage that the response reports.",
                 "phases": ["request", "response"], "request_body": "buffered", "response_body": "buffered_or_streaming"}"""));
    }
}
