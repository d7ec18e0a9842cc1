package io.policyengine.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/** An identity that is announced replaces the former one as a whole. */
class AnnouncedIdentityTest {
    private static final Metadata FORMER = Metadata.of(Map.of("other", StringNode.valueOf("kept")))
            .after(new Identity(
                            "mallory",
                            "https://partner.example",
                            "jwt",
                            List.of("admin"),
                            List.of("all"),
                            JsonNodeFactory.instance.objectNode().put("tier", "gold"))
                    .instructions())
            .after(List.of(Identity.provenBy(List.of("authorization", Identity.cookieProof("a")))));

    @Test
    void allPartsOfTheFormerIdentityGo() {
        Metadata after = FORMER.after(List.of(
                new SetMetadata(
                        Identity.ROLES, JsonNodeFactory.instance.arrayNode().add("reader")),
                new SetMetadata(Identity.ID, StringNode.valueOf("bob"))));

        assertThat(after.values().keySet()).isEqualTo(Set.of("other", Identity.ID, Identity.ROLES));
        assertThat(after.size()).isEqualTo(Metadata.of(after.values()).size());
        assertThat(Identity.id(after)).isEqualTo("bob");
        assertThat(Identity.issuer(after)).isEmpty();
        assertThat(Identity.proof(after)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\""})
    void anEmptyIdLeavesNoIdentity(String id) {
        Metadata after = FORMER.after(
                List.of(new SetMetadata(Identity.ID, JsonMapper.shared().readTree(id))));

        assertThat(after.values().keySet()).isEqualTo(Set.of("other"));
        assertThat(Identity.id(after)).isNull();
    }

    @Test
    void jsonsNullIsNoText() {
        Metadata metadata = Metadata.of(Map.of("user_tier", JsonNodeFactory.instance.nullNode()));

        assertThat(metadata.text("user_tier")).isNull();
    }

    @Test
    void aPartThatIsSetAloneIsAddedToTheIdentity() {
        Metadata after = FORMER.after(List.of(new SetMetadata(Identity.METHOD, StringNode.valueOf("other"))));

        assertThat(after.values().keySet()).isEqualTo(FORMER.values().keySet());
        assertThat(Identity.id(after)).isEqualTo("mallory");
        assertThat(Identity.issuer(after)).isEqualTo("https://partner.example");
        assertThat(Identity.proof(after)).containsExactly("authorization", "cookie:a");
    }

    @Test
    void aFieldThatIsWrittenAfterwardsProvesNothing() {
        Metadata written = FORMER.after(List.of(new SetHeader("Authorization", "Bearer of-somebody-else")));
        Metadata cookies = FORMER.after(List.of(new AppendHeader("cookie", "b=2")));
        Metadata stated = FORMER.after(List.of(
                new SetHeader("authorization", "Bearer exchanged"), Identity.provenBy(List.of("authorization"))));

        assertThat(Identity.proof(written)).containsExactly("cookie:a");
        assertThat(written.size()).isEqualTo(Metadata.of(written.values()).size());
        assertThat(Identity.proof(cookies)).containsExactly("authorization");
        assertThat(Identity.proof(stated)).containsExactly("authorization");
        assertThat(FORMER.after(List.of(new SetHeader("x-plain", "1")))).isSameAs(FORMER);
    }

    @Test
    void theFieldsOfTheFormerIdentityGoInEverySpelling() {
        IdentityFields fields = IdentityFields.ofChain(List.of(
                EntryFacts.of(Set.of(Fact.PROVIDES_IDENTITY))
                        .with(HeaderUse.Action.IDENTITY, List.of("X-Tenant"))
                        .with(HeaderUse.Action.READS, List.of("x-api-key")),
                EntryFacts.none().with(HeaderUse.Action.IDENTITY, List.of("x-consumer", "x-api-key"))));
        HeaderMap headers = HeaderMap.of("x_tenant", "evil", "x-consumer", "mallory", "x-api-key", "k", "x-plain", "1");
        RequestView request = new RequestView("GET", "https", "a", "/", headers, "192.0.2.1", Map.of(), null, false);

        RequestView replaced = fields.replacedIn(
                request, new ArrayList<>(Identity.of("bob", "api_key").instructions()));

        assertThat(replaced.headers()).isEqualTo(HeaderMap.of("x-api-key", "k", "x-plain", "1"));
        assertThat(fields.replacedIn(request, List.of(new RemoveHeader("x-plain"))))
                .isEqualTo(request);
    }
}
