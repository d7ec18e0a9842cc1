package io.policyengine.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EntryFactsTest {
    @Test
    void theUsesOfEnvoysMetadataComeBackFromTheirCodes() {
        EntryFacts facts = EntryFacts.readingMetadata("a", "b")
                .with(EntryFacts.bodyUnlessMetadata(Phase.REQUEST, "c"))
                .with(Fact.MAY_DENY);

        assertThat(facts.codes())
                .containsExactly("may_deny", "reads_metadata:a", "reads_metadata:b", "request_body_unless_metadata:c");
        assertThat(EntryFacts.ofCodes(facts.codes())).isEqualTo(facts);
        assertThat(facts.metadataRead()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(facts.inPlaceOfBody(Phase.REQUEST)).containsExactly("c");
        assertThat(facts.inPlaceOfBody(Phase.RESPONSE)).isEmpty();
        assertThat(facts.isEmpty()).isFalse();
    }

    @Test
    void spacesOfIdsComeBackFromTheirCodes() {
        EntryFacts facts = EntryFacts.none()
                .with(new IdSpace("https://a.example:8443", ""))
                .with(new IdSpace("https://b.example", "b: %é+"));

        assertThat(facts.codes()).contains("issues_ids::https://a.example:8443");
        assertThat(EntryFacts.ofCodes(facts.codes())).isEqualTo(facts);
        assertThat(EntryFacts.ofCodes(List.of("issues_ids:", "issues_ids:a", "issues_ids:%zz:b"))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void codesThatAreNotKnownAreLeftOut() {
        assertThat(EntryFacts.ofCodes(List.of("reads_minds:a", "may_deny")))
                .isEqualTo(EntryFacts.none().with(Fact.MAY_DENY));
    }
}
