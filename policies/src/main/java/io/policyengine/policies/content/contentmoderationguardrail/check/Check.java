package io.policyengine.policies.content.contentmoderationguardrail.check;

import io.policyengine.policies.content.shared.entities.Entity;
import io.policyengine.policies.content.shared.entities.EntityFinder;
import io.policyengine.policies.content.shared.promptinjection.Assessment;
import io.policyengine.policies.content.shared.promptinjection.PromptInjection;
import io.policyengine.policies.content.shared.textmatch.TextScan;
import io.policyengine.policies.content.shared.textmatch.TextSearch;
import io.policyengine.policies.content.shared.urls.HostAllowlist;
import io.policyengine.policies.content.shared.urls.LinkFinder;
import io.policyengine.policies.content.shared.urls.TextLink;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Collectors;

/** A check that looks at texts. Immutable; makes a search for each text. */
@FunctionalInterface
public interface Check {
    /** The index of a finding without further facts. */
    int FOUND = 0;

    /** A search in a text that begins. */
    TextScan scan();

    /** Words and patterns. */
    static Check search(TextSearch search) {
        return search::scan;
    }

    /** Texts that are longer than this number of characters. */
    static Check length(long max) {
        return () -> new LengthScan(max);
    }

    /** Keys, tokens and private keys. */
    static Check secrets() {
        EntityFinder finder = new EntityFinder(Arrays.stream(Entity.values())
                .filter(Entity::isSecret)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Entity.class))));
        return () -> new SecretScan(finder);
    }

    /** Links to other hosts. */
    static Check links(HostAllowlist allowed) {
        // A host, and what may stand before it, is shorter than what the windows share.
        WindowSize size = new WindowSize(2 * LinkFinder.MAX_LENGTH, LinkFinder.MAX_LENGTH);
        return () -> new WindowScan(size, (window, findings) -> {
            for (TextLink link : LinkFinder.find(window.text())) {
                if (link.from() < window.owned() && !allowed.allows(link.url())) {
                    findings.found(window.place(link.from()), window.place(link.to()), Check.FOUND);
                }
            }
        });
    }

    /**
     * Signs of prompt injection.
     *
     * @param threshold score from which on a window is found
     */
    static Check promptInjection(double threshold, WindowSize size) {
        PromptInjection.load();
        return () -> new WindowScan(size, (window, findings) -> {
            Assessment assessment = PromptInjection.assess(window.text());
            if (assessment.score() >= threshold) {
                assessment
                        .ranges()
                        .forEach(range ->
                                findings.found(window.place(range.from()), window.place(range.to()), Check.FOUND));
            }
        });
    }
}
