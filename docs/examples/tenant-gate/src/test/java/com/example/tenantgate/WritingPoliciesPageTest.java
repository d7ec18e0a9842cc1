package com.example.tenantgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that every code block of docs/writing-policies.md that names a file is a part of that file. */
class WritingPoliciesPageTest {
    private static final Path REPOSITORY = Path.of("../../..");
    private static final Pattern SHOWN = Pattern.compile("<!-- (\\S+) -->\n```\\w*\n(.*?)\n```\n", Pattern.DOTALL);

    @Test
    void showsCodeThatIsThere() throws IOException {
        List<MatchResult> shown = SHOWN.matcher(Files.readString(REPOSITORY.resolve("docs/writing-policies.md")))
                .results()
                .toList();

        assertThat(shown).hasSizeGreaterThan(5);
        for (MatchResult part : shown) {
            assertThat(Files.readString(REPOSITORY.resolve(part.group(1))))
                    .as(part.group(1))
                    .contains(part.group(2));
        }
    }
}
