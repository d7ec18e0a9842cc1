package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The usage message: every command is in one group, and nothing is there that users do not need. */
class CommandGroupsTest {
    private static String usage() {
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);
        Main.run(printer, printer, "--help");
        return out.toString();
    }

    private static List<String> grouped() {
        return CommandGroups.GROUPS.values().stream().flatMap(List::stream).toList();
    }

    @Test
    void eachCommandIsInOneGroup() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        List<String> shown = Main.line(nowhere, nowhere).getSubcommands().entrySet().stream()
                .filter(command ->
                        !command.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey)
                .toList();

        assertThat(grouped()).containsExactlyInAnyOrderElementsOf(shown).doesNotContain("exercise");
    }

    @Test
    void theUsageShowsTheGroupsWithTheirCommands() {
        String usage = usage();

        assertThat(usage)
                .containsSubsequence(CommandGroups.GROUPS.keySet())
                .containsSubsequence("  run", "  explain", "  top", "  validate", "See `policy-engine COMMAND --help`")
                .doesNotContain("exercise");
        assertThat(usage.lines()).noneMatch(line -> line.length() > 80);
    }

    @Test
    void thePageHasTheCommandsInTheSameGroups() throws IOException {
        String page = Files.readString(Path.of("../docs/cli.md"));

        assertThat(page)
                .containsSubsequence(CommandGroups.GROUPS.keySet().stream()
                        .map(heading -> "| " + heading.replace(":", " |"))
                        .toList())
                .containsSubsequence(grouped().stream()
                        .map(name -> "[`" + name + "`](cli/" + name + ".md)")
                        .toList());
    }
}
