package io.policyengine.app.generations;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.engine.StateDirectory;
import io.policyengine.app.engine.Workers;
import io.policyengine.core.config.editing.MaskedText;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.params.SecretMask;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Two states of a conf directory, file by file, as unified diffs. Secrets that are written inline are not shown. */
public final class GenerationDiff {
    private static final int CONTEXT = 3;
    private static final String NO_FILE = "/dev/null";
    private static final String CHANGED = "(secret, changed)";

    private final PrintWriter out;
    private final String before;
    private final String after;
    private final Map<String, JsonNode> schemas = new HashMap<>();

    private GenerationDiff(PrintWriter out, String before, String after) {
        this.out = out;
        this.before = before;
        this.after = after;
        Workers.policies()
                .declared()
                .forEach(policy -> schemas.put(policy.descriptor().name(), policy.paramsSchema()));
    }

    /**
     * Prints what differs.
     *
     * @param before a generation's number, or {@code conf}
     * @param after the same
     * @return whether anything does
     * @throws CommandFailure if there is no such generation
     */
    public static boolean printBlocking(PrintWriter out, StateDirectory state, String before, String after) {
        ConfTexts old = GenerationNames.textsBlocking(state, before);
        ConfTexts now = GenerationNames.textsBlocking(state, after);
        Set<String> names = new TreeSet<>(old.files().keySet());
        names.addAll(now.files().keySet());
        GenerationDiff diff = new GenerationDiff(out, before, after);
        boolean differs = false;
        for (String name : names) {
            differs |= diff.print(name, old.files().get(name), now.files().get(name));
        }
        out.flush();
        return differs;
    }

    private boolean print(String name, @Nullable FileText old, @Nullable FileText now) {
        if (old == null || now == null || !old.equals(now)) {
            String from = old == null ? NO_FILE : before + "/" + name;
            String to = now == null ? NO_FILE : after + "/" + name;
            print(name, from, old, to, now);
            return true;
        }
        return false;
    }

    private void print(String name, String from, @Nullable FileText old, String to, @Nullable FileText now) {
        Set<JsonNode> known = new HashSet<>();
        String shownOld = shown(name, old, secret -> {
            known.add(secret);
            return SecretMask.MASK;
        });
        String shownNow = shown(name, now, secret -> old == null || known.contains(secret) ? SecretMask.MASK : CHANGED);
        if (shownOld == null || shownNow == null) {
            out.println(
                    from + " and " + to + " differ; they are not shown, since it is not known what in them is secret");
            return;
        }
        List<String> lines = lines(shownOld);
        List<String> diff =
                UnifiedDiffUtils.generateUnifiedDiff(from, to, lines, DiffUtils.diff(lines, lines(shownNow)), CONTEXT);
        if (diff.isEmpty()) {
            out.println(from + " and " + to + " differ in what is not shown");
        }
        diff.forEach(out::println);
    }

    /** Null if it must not be. */
    private @Nullable String shown(String name, @Nullable FileText file, Function<JsonNode, String> masks) {
        return switch (file) {
            case null -> "";
            case FileText.Content(String text) -> new MaskedText(schemas::get, masks).of(name, text);
            case FileText.Unreadable _ -> null;
        };
    }

    private static List<String> lines(String text) {
        return text.lines().toList();
    }
}
