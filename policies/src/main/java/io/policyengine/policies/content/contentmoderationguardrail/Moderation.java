package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailParams.Action;
import io.policyengine.policies.content.contentmoderationguardrail.ContentModerationGuardrailParams.Hold;
import io.policyengine.policies.content.contentmoderationguardrail.callout.ModerationVerdict;
import io.policyengine.policies.content.contentmoderationguardrail.check.TextWindow;
import io.policyengine.policies.content.contentmoderationguardrail.check.WindowScan;
import io.policyengine.policies.content.shared.textmatch.Ranges;
import io.policyengine.policies.content.shared.textmatch.TextScan;
import io.policyengine.policies.content.shared.texts.LogicalText;
import io.policyengine.policies.content.shared.texts.TextPlace;
import io.policyengine.policies.content.shared.texts.TextReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies verdicts while a message is read. Logs the names of checks with findings, but never content of the message.
 */
final class Moderation implements TextReader.Factory {
    private static final Logger LOG = LoggerFactory.getLogger(Moderation.class);
    private static final int DENIED_BY_SERVER = 1;

    private final Guardrail guardrail;
    private final String requestId;
    /** The verdicts that have been received but not applied, for each check by a server. */
    private final List<Deque<ModerationVerdict>> verdicts = new ArrayList<>();

    private final Set<String> found = new LinkedHashSet<>();
    private boolean masked;

    Moderation(Guardrail guardrail, String requestId) {
        this.guardrail = guardrail;
        this.requestId = requestId;
        guardrail.asked().forEach(_ -> verdicts.add(new ArrayDeque<>()));
    }

    private record Search(String name, Action action, TextScan scan) {}

    /** Adds the verdicts of one check, given by its index, on the collected windows. */
    void judged(int check, List<ModerationVerdict> told) {
        verdicts.get(check).addAll(told);
    }

    void found(String check, Action action) {
        masked |= action == Action.MASK;
        if (found.add(check)) {
            LOG.info(
                    "contentModerationGuardrail: check '{}' matched in request {}; action: {}",
                    check,
                    requestId,
                    action);
        }
    }

    /** Returns the names of the checks with findings, in order of discovery. */
    Set<String> found() {
        return found;
    }

    boolean isMasked() {
        return masked;
    }

    @Override
    public TextReader open(TextPlace place) {
        List<Search> searches = new ArrayList<>(guardrail.own().size() + verdicts.size());
        guardrail
                .own()
                .forEach(own -> searches.add(
                        new Search(own.name(), own.action(), own.check().scan())));
        if (guardrail.hold() != Hold.NONE) {
            for (int i = 0; i < verdicts.size(); i++) {
                Guardrail.Callout asking = guardrail.asked().get(i);
                Deque<ModerationVerdict> told = verdicts.get(i);
                searches.add(new Search(
                        asking.name(),
                        asking.action(),
                        new WindowScan(
                                guardrail.windows(), (window, findings) -> apply(told, place, window, findings))));
            }
        }
        return reader(searches);
    }

    private TextReader reader(List<Search> searches) {
        Ranges ranges = new Ranges();
        return text -> {
            long undecided = text.position() + text.length();
            for (Search search : searches) {
                search.scan.read(text, (from, to, which) -> act(search, which, text, ranges, from, to));
                undecided = Math.min(undecided, search.scan.undecidedFrom());
            }
            if (guardrail.hold() == Hold.NONE) {
                text.decide(text.length());
            } else {
                ranges.replace(text, undecided, guardrail.mask());
            }
        };
    }

    private void act(Search search, int which, LogicalText text, Ranges ranges, long from, long to) {
        Action action = which == DENIED_BY_SERVER ? Action.DENY : search.action;
        found(search.name, action);
        switch (action) {
            case DENY -> text.deny();
            case MASK -> ranges.add(from, to);
            case ANNOTATE -> {
                // Recorded above.
            }
        }
    }

    private static void apply(
            Deque<ModerationVerdict> told, TextPlace place, TextWindow window, TextScan.Findings findings) {
        if (!Windows.isAsked(place, window)) {
            return;
        }
        ModerationVerdict verdict = told.pollFirst();
        if (verdict == null) {
            throw new IllegalStateException("a window has no verdict");
        }
        if (!verdict.found()) {
            return;
        }
        int which = verdict.denies() ? DENIED_BY_SERVER : 0;
        if (verdict.ranges().isEmpty()) {
            findings.found(window.start(), window.place(window.text().length()), which);
        }
        verdict.ranges()
                .forEach(range -> findings.found(window.start() + range.from(), window.start() + range.to(), which));
    }
}
