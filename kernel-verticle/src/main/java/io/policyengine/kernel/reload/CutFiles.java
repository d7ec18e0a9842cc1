package io.policyengine.kernel.reload;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.KernelConfig.UnknownRoute;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Detects truncated files, such as copies on a full disk, which may be valid YAML with fewer rules. A file is truncated
 * if it now ends in the middle of a line of its earlier content. If it now ends with a complete earlier line, it is
 * only reported in two cases: a remaining route has fewer policies in a direction, or unknown routes now pass.
 */
public final class CutFiles {
    private static final String LINE_END = "\n";

    private CutFiles() {}

    /** Returns a problem for each file that now ends in the middle of a line of its earlier content. */
    public static List<Problem> inALine(ConfTexts before, ConfTexts now) {
        return shortened(before, now, (was, is) -> was.endsWith(LINE_END) && !is.endsWith(LINE_END));
    }

    static List<Problem> of(ConfTexts before, EngineConfig running, ConfTexts now, EngineConfig wanted) {
        List<Problem> found = inALine(before, now);
        return found.isEmpty() && isWeaker(running, wanted) ? shortened(before, now, (_, _) -> true) : found;
    }

    private static List<Problem> shortened(ConfTexts before, ConfTexts now, BiPredicate<String, String> looksCut) {
        NavigableSet<String> gone = new TreeSet<>();
        before.files().forEach((name, file) -> {
            if (file instanceof FileText.Content(String was)
                    && !file.equals(now.files().get(name))) {
                gone.add(was);
            }
        });
        List<Problem> found = new ArrayList<>();
        now.files().forEach((name, file) -> {
            if (file instanceof FileText.Content(String is)
                    && !file.equals(before.files().get(name))) {
                String was = whole(is, gone);
                if (was != null && looksCut.test(was, is)) {
                    found.add(problem(name, is));
                }
            }
        });
        return found;
    }

    /**
     * Returns the text of a file that is gone, if that text is longer than {@code is} and begins with it; else null.
     */
    private static @Nullable String whole(String is, NavigableSet<String> gone) {
        // In the sorted set, texts that begin with 'is' follow it, the shortest first. Unchanged texts are not in it.
        String next = gone.ceiling(is);
        return next != null
                        && next.startsWith(is)
                        && is.length() < next.stripTrailing().length()
                ? next
                : null;
    }

    private static Problem problem(String name, String is) {
        long line = Math.max(is.lines().count(), 1);
        return Problem.error(
                new Location(name, Math.toIntExact(line), 1),
                "the file ends here, and its text is only the beginning of its earlier text: it looks cut off. If that is intended, end it with a comment, set policy_kernel.allow_loss: true, or POST /config:reload?allow_loss=true");
    }

    private static boolean isWeaker(EngineConfig running, EngineConfig wanted) {
        Map<String, RouteConfig> routes = new HashMap<>();
        running.routes().forEach(route -> routes.put(route.key(), route));
        return (running.kernel().unknownRoute() == UnknownRoute.DENY
                        && wanted.kernel().unknownRoute() == UnknownRoute.CONTINUE)
                || wanted.routes().stream().anyMatch(route -> {
                    RouteConfig before = routes.get(route.key());
                    return before != null
                            && (enforced(route.requestFlow()) < enforced(before.requestFlow())
                                    || enforced(route.responseFlow()) < enforced(before.responseFlow()));
                });
    }

    private static long enforced(FlowConfig flow) {
        return flow.chain().stream()
                .map(EntryConfig::mode)
                .filter(EntryMode.ENFORCE::equals)
                .count();
    }
}
