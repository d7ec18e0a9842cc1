package io.policyengine.core.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Texts that are no condition, with what is said of them: faults.txt. {@code -Dgolden.update=true} writes what is found into
 * it; read the difference before committing it.
 */
class ExpressionFaultTest {
    private static final Path CASES = Path.of("src/test/resources/io/policyengine/core/expression/faults.txt");

    @Test
    void saysWhatIsWrongAndWhere() throws IOException {
        String expected = Files.readString(CASES);

        String actual = Arrays.stream(expected.split("(?m)^=== ", -1))
                .filter(part -> !part.isBlank())
                .map(part -> part.substring(0, part.indexOf("\n>>>\n")))
                .map(text -> "=== " + text + "\n>>>\n" + explained(text) + "\n")
                .collect(Collectors.joining());

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(CASES, actual);
        } else {
            assertThat(actual).isEqualTo(expected);
        }
    }

    @Test
    void concernsTheTextAsAWholeIfItIsTooLong() {
        assertThat(faults("x".repeat(4097), Phase.REQUEST))
                .containsExactly(
                        new ExpressionFault(0, 0, "expression code point size exceeds limit: size: 4097, limit 4096"));
    }

    @Test
    void putsTheCaretBelowATab() {
        assertThat(new ExpressionFault(2, 4, "wrong").explain("a\n\t'\uD83D\uDE00x'"))
                .isEqualTo("wrong\n    \t'\uD83D\uDE00x'\n    \t  ^");
    }

    private static String explained(String text) {
        return faults(text, Phase.REQUEST).stream()
                .map(fault -> fault.line() + ":" + fault.column() + ": " + fault.explain(text))
                .collect(Collectors.joining("\n"));
    }

    private static List<ExpressionFault> faults(String text, Phase phase) {
        return switch (Expression.condition(text, phase)) {
            case Compiled.Ok<Boolean> _ -> List.of();
            case Compiled.Invalid<Boolean>(var faults) -> faults;
        };
    }
}
