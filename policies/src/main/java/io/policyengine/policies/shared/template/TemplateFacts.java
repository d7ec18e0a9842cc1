package io.policyengine.policies.shared.template;

import io.policyengine.core.http.CredentialFields;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Derives facts about a policy from its templates. The checks of the policy's chain use these facts. */
public final class TemplateFacts {
    private TemplateFacts() {}

    /** Returns whether a valid template inserts a part of the client's identity. */
    public static boolean tellsIdentity(String template) {
        return Template.parse(template).parts().stream()
                .anyMatch(part -> part instanceof Template.Part.MetadataValue(String key) && Identity.isHeldBy(key));
    }

    /**
     * Returns the given facts, plus the facts that follow from the policy's templates.
     *
     * @param texts valid templates, or texts without placeholders
     */
    public static EntryFacts of(EntryFacts facts, Phase phase, Stream<String> texts) {
        List<Template.Part> parts = texts.map(Template::parse)
                .flatMap(template -> template.parts().stream())
                .toList();
        List<String> headers = new ArrayList<>();
        boolean identity = false;
        boolean mayTell = false;
        for (Template.Part part : parts) {
            switch (part) {
                case Template.Part.RequestHeader(String name) -> {
                    headers.add(name);
                    mayTell |= phase == Phase.RESPONSE && CredentialFields.distinguish(HeaderMap.lowerCase(name));
                }
                case Template.Part.MetadataValue(String key) -> {
                    identity |= Identity.isPart(key);
                    mayTell |= Identity.isHeldBy(key);
                }
                case Template.Part.Literal _,
                        Template.Part.RequestPath _,
                        Template.Part.RequestRawPath _,
                        Template.Part.RequestId _ -> {}
            }
        }
        EntryFacts all = phase == Phase.REQUEST ? facts.with(HeaderUse.Action.READS, headers) : facts;
        if (identity) {
            return all.with(Fact.NEEDS_IDENTITY);
        }
        return mayTell ? all.with(Fact.USES_IDENTITY) : all;
    }
}
