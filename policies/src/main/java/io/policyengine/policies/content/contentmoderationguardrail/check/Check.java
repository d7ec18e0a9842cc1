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
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A check of texts that the policy itself performs. Immutable. Creates a scan for each text. */
@FunctionalInterface
public interface Check {
    /** The index with which a check reports each of its findings. */
    int FOUND = 0;

    /** Starts a search of one text. */
    TextScan scan();

    /** Returns a check for words and patterns. */
    static Check search(TextSearch search) {
        return search::scan;
    }

    /** Returns a check that finds texts longer than {@code max} characters. */
    static Check length(long max) {
        return () -> new LengthScan(max);
    }

    /** Returns a check for secrets: API keys, tokens and private keys. */
    static Check secrets() {
        return entities(Entity::isSecret);
    }

    /** Returns a check for personal data: all kinds of entities but secrets. */
    static Check personalData() {
        return entities(entity -> !entity.isSecret());
    }

    /** Returns a check that finds entities of the given kinds. */
    static Check entities(Predicate<Entity> kinds) {
        EntityFinder finder = new EntityFinder(Arrays.stream(Entity.values())
                .filter(kinds)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Entity.class))));
        return () -> new EntityCheckScan(finder);
    }

    /** Returns a check for links to hosts that are not allowed. */
    static Check links(HostAllowlist allowed) {
        // The overlap of windows is longer than a host with its scheme and user information.
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
     * Returns a check for signs of prompt injection.
     *
     * @param threshold minimum score at which a text is a finding
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
