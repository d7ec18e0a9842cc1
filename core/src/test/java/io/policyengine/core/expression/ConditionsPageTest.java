package io.policyengine.core.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/conditions.md says is so. */
class ConditionsPageTest {
    private static final Path PAGE = Path.of("../docs/conditions.md");
    private static final Pattern EXAMPLE = Pattern.compile("```cel\n(.*?)\n```|when: (.*identity.*)");

    @Test
    void itsExamplesCompile() throws IOException {
        List<String> examples = EXAMPLE.matcher(Files.readString(PAGE))
                .results()
                .map(result -> result.group(result.group(1) == null ? 2 : 1))
                .toList();

        assertThat(examples)
                .hasSize(10)
                .allSatisfy(example -> assertThat(Expression.condition(example, Phase.RESPONSE))
                        .isInstanceOf(Compiled.Ok.class));
    }

    @Test
    void itNamesAllThatThereIs() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(Variable.in(Phase.RESPONSE))
                .extracting(Variable::name)
                .filteredOn(name -> !name.startsWith("original_request."))
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }
}
