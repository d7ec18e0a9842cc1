package io.policyengine.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.RefusalCode;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialCodes;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.PolicyFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the codes of denials, the pages of the policies and docs/reference/error-codes.md consistent; {@code -Dgolden.update=true} rewrites
 * the table there. The causes are those of the policies' pages, the remedies those of the codes. {@code ErrorCodesPageTest} of the kernel
 * writes the rest of the page.
 */
class DenialCodesPageTest {
    private static final Path POLICIES = Path.of("../docs/policies");
    private static final Path PAGE = Path.of("../docs/reference/error-codes.md");
    private static final String REST = "## What the client gets";
    private static final Pattern CODE = Pattern.compile("`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^):]*)\\)");

    /**
     * A row of the table.
     *
     * @param by link to the policy, or {@code kernel}
     */
    private record Row(String code, String by, String status, String cause, String remedy) {
        String line() {
            return "| `%s` | %s | %s | %s | %s |\n".formatted(code, by, status, sentence(cause), remedy);
        }

        private static String sentence(String text) {
            String begun = Character.toUpperCase(text.charAt(0)) + text.substring(1);
            return begun.endsWith(".") ? begun : begun + ".";
        }
    }

    /** A row of the table on a policy's page. */
    private record Denial(String status, List<String> codes, String cause) {}

    private static List<Denial> denials(String policy) throws IOException {
        List<Denial> denials = new ArrayList<>();
        boolean isInside = false;
        for (String line : Files.readAllLines(POLICIES.resolve(policy + ".md"))) {
            if (line.startsWith("## ")) {
                isInside = line.equals("## Denials");
            } else if (isInside && line.startsWith("| ") && !line.startsWith("| status |")) {
                String[] cells = line.substring(2, line.length() - 2).split(" \\| ", -1);
                List<String> codes = CODE.matcher(cells[1])
                        .results()
                        .map(found -> found.group(1))
                        .toList();
                denials.add(new Denial(cells[0], codes, linkedFromReference(cells[cells.length - 1], policy)));
            }
        }
        return denials;
    }

    /** Returns the text with its relative links as links of a page in {@code docs/reference}. */
    private static String linkedFromReference(String text, String policy) {
        return LINK.matcher(text).replaceAll(link -> {
            String target = link.group(1);
            return target.startsWith("../")
                    ? "](" + target + ")"
                    : "](../policies/" + (target.startsWith("#") ? policy + ".md" : "") + target + ")";
        });
    }

    private static Map<String, DenialCode> declared(PolicyFactory<?> factory) {
        return factory.denialCodes().stream().collect(Collectors.toMap(DenialCode::name, code -> code));
    }

    @Test
    void everyPolicyThatMayAnswerDeclaresItsCodes() {
        assertThat(StandardPolicies.all())
                .allSatisfy(factory -> assertThat(factory.denialCodes().isEmpty())
                        .as(factory.descriptor().name())
                        .isNotEqualTo(factory.descriptor().facts().contains(Fact.MAY_DENY)));
    }

    @Test
    void everyPageHasACauseForEachCodeOfItsPolicyAndForNoOther() throws IOException {
        Set<String> ofEngine = Stream.of(ErrorCode.values()).map(Enum::name).collect(Collectors.toSet());
        for (PolicyFactory<?> factory : StandardPolicies.all()) {
            String name = factory.descriptor().name();
            Set<String> written = denials(name).stream()
                    .flatMap(denial -> denial.codes().stream())
                    .collect(Collectors.toSet());
            Map<String, DenialCode> declared = declared(factory);

            assertThat(written)
                    .as(name)
                    .allSatisfy(code -> assertThat(declared.containsKey(code) || ofEngine.contains(code))
                            .as(code)
                            .isTrue());
            // A shared enumeration may have codes that another policy uses.
            assertThat(written)
                    .as(name)
                    .containsAll(declared.values().stream()
                            .filter(code -> code.getClass()
                                    .getPackageName()
                                    .equals(factory.getClass().getPackageName()))
                            .map(DenialCode::name)
                            .toList());
        }
    }

    private static String introduction(String rows) {
        return """
                # Error codes

                Generated from the policies' codes and pages, `ErrorCode.java`, `RefusalCode.java` and `ErrorResponses.java`.
                [Why was it denied](../why-denied.md) shows where the code of a denial is found.

                | code | by | status | cause | what to do |
                |---|---|---|---|---|
                %s
                The chain's entry decides whether a failure (codes of the kernel) really denies the request:

                - For `DEPENDENCY_UNAVAILABLE`, `POLICY_TIMEOUT`, `WORKER_UNAVAILABLE` and `WORKER_TIMEOUT`, `on_failure` of the
                  entry decides; for the last two also the worker's `fail_open`.
                - For `OVERLOADED` of a policy or a worker, `on_overload` of the entry decides.
                - All other codes deny: the sender of a message can cause them, or they are a policy's decision. That includes
                  `DEADLINE_EXCEEDED`: a client may be able to slow a policy down.

                See [what happens on failure](../architecture/failure.md). Codes of the management API are in
                [its OpenAPI document](openapi.json).

                """.formatted(rows);
    }

    @Test
    void thePageShowsAllCodes() throws IOException {
        String page = Files.readString(PAGE);
        String rest = page.substring(page.indexOf(REST));
        String expected = introduction(rows().stream().map(Row::line).collect(Collectors.joining()));

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, expected + rest);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(expected + rest);
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (ErrorCode code : ErrorCode.values()) {
            rows.add(new Row(code.name(), "kernel", String.valueOf(code.status()), code.when(), code.remedy()));
        }
        for (RefusalCode code : RefusalCode.values()) {
            rows.add(new Row(code.name(), "kernel", String.valueOf(code.status()), code.when(), code.remedy()));
        }
        rows.add(new Row(
                DenialCodes.UNSPECIFIED,
                "a policy of your own",
                "the policy's",
                "the policy denies and gives no code, or one that is not `[A-Z0-9_]` of at most 64 characters",
                "Let the policy declare its codes, and answer with one: [writing policies](../writing-policies.md)."));
        for (PolicyFactory<?> factory : StandardPolicies.all()) {
            String name = factory.descriptor().name();
            Map<String, DenialCode> declared = declared(factory);
            for (Denial denial : denials(name)) {
                for (String code : denial.codes()) {
                    DenialCode own = declared.get(code);
                    String remedy = own == null ? ErrorCode.valueOf(code).remedy() : own.remedy();
                    rows.add(new Row(
                            code,
                            "[%1$s](../policies/%1$s.md)".formatted(name),
                            denial.status(),
                            denial.cause(),
                            remedy));
                }
            }
        }
        rows.sort(Comparator.comparing(Row::code).thenComparing(Row::by));
        return rows;
    }
}
