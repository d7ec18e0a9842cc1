package io.policyengine.e2e.ai;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.ai.TokenClient.Came;
import io.policyengine.e2e.ai.TokenRow.Fate;
import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Tries to use models without paying, behind each Envoy and with the same configuration of the engine: with bodies behind 1.36.4, and with what
 * Envoy itself knows behind 1.40.0. Each is counted, charged its reservation, or refused; prints what became of each.
 */
@Tag("nightly")
class BypassCorpusIT {
    @ParameterizedTest
    @EachEnvoy
    void nothingIsFree(EnvoyVersion version) {
        try (BudgetStack stack = BudgetStack.start(version, "inject_include_usage: true, reserve_output: 100")) {
            List<TokenRow> rows = run(stack, TokenCases.all());

            print(version, rows);
            assertThat(rows).hasSizeGreaterThan(40);
            assertThat(rows).filteredOn(row -> row.fate() == Fate.FREE).isEmpty();
            assertThat(rows)
                    .filteredOn(row -> row.request().exact() && row.fate() != expected(version, row.request()))
                    .isEmpty();
            assertThat(rows)
                    .filteredOn(row -> row.billed() == 0 && row.asked() == 0 && row.charged() > 0)
                    .isEmpty();
        }
    }

    /** Envoy can count no coded answers: they are charged what was reserved. It is not asked about Bedrock's: bodies are read there. */
    private static Fate expected(EnvoyVersion version, TokenCase request) {
        boolean countable =
                request.name().startsWith("BEDROCK") || !request.script().gzip();
        return version == EnvoyVersion.V1_36 || countable ? Fate.COUNTED : Fate.CHARGED_MORE;
    }

    private static List<TokenRow> run(BudgetStack stack, List<TokenCase> cases) {
        List<Came> came = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            came.add(stack.send(cases.get(i), "case-" + i));
        }
        stack.awaitQuiet();
        long whole = stack.remaining("fresh");
        assertThat(stack.remaining("another fresh one"))
                .as("what a probe of a full budget leaves")
                .isEqualTo(whole);
        List<TokenRow> rows = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            String key = "case-" + i;
            long asked = stack.asked(key);
            long billed = stack.billed(key);
            rows.add(new TokenRow(cases.get(i), came.get(i).status(), asked, billed, whole - stack.remaining(key)));
        }
        return rows;
    }

    private static void print(EnvoyVersion version, List<TokenRow> rows) {
        StringBuilder table = new StringBuilder(
                "%n%s%n%-58s %3s %7s %8s  %s%n".formatted(version, "case", "", "billed", "charged", "fate"));
        rows.forEach(row -> table.append(row).append('\n'));
        for (Fate fate : Fate.values()) {
            table.append(fate)
                    .append(' ')
                    .append(rows.stream().filter(row -> row.fate() == fate).count())
                    .append(fate == Fate.FREE ? "\n" : ", ");
        }
        System.out.println(table);
    }
}
