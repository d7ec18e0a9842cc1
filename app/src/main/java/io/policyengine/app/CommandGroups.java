package io.policyengine.app;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Renders the list of commands in the usage message, grouped by use. The commands that a new user needs come first. */
final class CommandGroups implements IHelpSectionRenderer {
    /** The commands of each group by its heading, in the order of the usage message. */
    static final SequencedMap<String, List<String>> GROUPS = groups();

    private static final int INDENT = 2;

    private static SequencedMap<String, List<String>> groups() {
        SequencedMap<String, List<String>> groups = new LinkedHashMap<>();
        groups.put("Try it, and serve Envoy:", List.of("demo", "run", "kernel", "worker"));
        groups.put("See what a running engine does:", List.of("explain", "top"));
        groups.put("Write a configuration:", List.of("validate", "who", "policies", "schema", "envoy-config"));
        groups.put("Return to an earlier configuration:", List.of("generations", "diff", "rollback"));
        groups.put("Tools for single policies:", List.of("mcp-lock", "verify-audit"));
        groups.put("Test an ext_proc server:", List.of("conformance"));
        groups.put("Before you ask for help:", List.of("version", "support-bundle"));
        return Collections.unmodifiableSequencedMap(groups);
    }

    /** Groups the list of commands in the usage message of this command line. */
    static void register(CommandLine line) {
        line.getHelpSectionMap().remove(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING);
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandGroups());
    }

    @Override
    public String render(Help help) {
        Map<String, CommandLine> commands = help.commandSpec().subcommands();
        int names = INDENT
                + GROUPS.values().stream()
                        .flatMap(List::stream)
                        .mapToInt(String::length)
                        .max()
                        .orElseThrow();
        List<String> texts = new ArrayList<>();
        GROUPS.forEach((heading, group) -> {
            Help.TextTable table = Help.TextTable.forColumns(
                    help.colorScheme(),
                    new Column(names, INDENT, Overflow.SPAN),
                    new Column(help.commandSpec().usageMessage().width() - names, INDENT, Overflow.WRAP));
            for (String name : group) {
                table.addRowValues(name, description(Objects.requireNonNull(commands.get(name), name)));
            }
            texts.add(System.lineSeparator() + heading + System.lineSeparator() + table);
        });
        return String.join("", texts);
    }

    private static String description(CommandLine command) {
        return String.join(" ", command.getCommandSpec().usageMessage().description());
    }
}
