package io.policyengine.testkit.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.bypass.BypassCase.Guard;
import io.policyengine.testkit.bypass.BypassCase.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BypassCasesTest {
    private static final Deployment DEPLOYMENT = new Deployment(
            "127.0.0.1",
            1,
            "host.example",
            new Deployment.Paths("/api/v1/users", "/public", "/optional", "/limited"),
            "application/json",
            "X-API-Key: secret",
            List.of("X-User-ID"));

    private final BypassTemplate template = new BypassTemplate(DEPLOYMENT);

    private BypassRequest wire(BypassCase one) {
        return BypassRequest.of(one, template, DEPLOYMENT.credential());
    }

    @Test
    void theCorpusHasCasesOfEveryKindAndGuard() {
        List<BypassCase> all = BypassCases.all();

        assertThat(all).hasSizeGreaterThan(200);
        assertThat(all).extracting(BypassCase::id).doesNotHaveDuplicates();
        assertThat(all).extracting(BypassCase::kind).contains(Kind.values());
        assertThat(all).extracting(BypassCase::guard).contains(Guard.values());
    }

    @Test
    void thePageTellsHowManyCasesAndRequestsThereAre() throws IOException {
        List<BypassCase> all = BypassCases.all();
        Deployment plain = new Deployment(
                "127.0.0.1",
                1,
                "h",
                new Deployment.Paths("/p", "/o", null, null),
                "text/plain",
                "X-API-Key: secret",
                List.of("X-User-ID"));
        List<BypassCase> usual =
                all.stream().filter(one -> one.appliesTo(plain)).toList();
        List<BypassCase> ruled =
                all.stream().filter(one -> one.guard() == Guard.PATH_RULES).toList();

        assertThat(Files.readString(Path.of("../docs/conformance.md")).replaceAll("\\s+", " "))
                .contains(all.size() + " cases, with " + requests(all) + " requests over HTTP/1.1 and HTTP/2")
                .contains(requests(usual) + " requests of " + usual.size() + " cases, 1 bypassed the policies")
                .contains(" of the " + requests(ruled) + " requests in the group `path_rules`");
    }

    private static int requests(List<BypassCase> cases) {
        return cases.stream().mapToInt(one -> one.http().size()).sum();
    }

    @Test
    void everyCaseCanBeWrittenAndNoTwoAreTheSame() {
        List<String> written = BypassCases.all().stream()
                .map(this::wire)
                .map(BypassRequest::http1)
                .toList();

        assertThat(written).doesNotHaveDuplicates().noneMatch(octets -> octets.contains("{path"));
    }

    /** Else the case says nothing: whoever let it pass would be called safe. */
    @Test
    void theUpstreamTakesEveryOtherSpellingForTheProtectedPath() {
        List<String> misread = BypassCases.all().stream()
                .filter(one -> one.kind() == Kind.PATH && one.raw() == null && !"*".equals(one.target()))
                .filter(one -> !LenientReading.reaches(
                        wire(one).target(), DEPLOYMENT.paths().path()))
                .map(one -> one.id() + " " + wire(one).target())
                .toList();

        assertThat(misread).isEmpty();
    }

    @Test
    void theUpstreamTakesNoOtherPathForTheProtectedOne() {
        assertThat(Stream.of(
                        "/",
                        "/public",
                        "/public/api/v1/users",
                        "/api/v1/user",
                        "/api/v1/users2",
                        "/api/v1",
                        "/api/v1/users/..",
                        "/x/api/v1/users",
                        "/public?x=/api/v1/users",
                        "*",
                        ""))
                .noneMatch(target -> LenientReading.reaches(target, "/api/v1/users"));
    }

    @Test
    void whatIsBelowTheProtectedPathIsProtected() {
        assertThat(LenientReading.reaches("/api/v1/users/7", "/api/v1/users")).isTrue();
    }

    @Test
    void changesOfValuesAreAppliedInTheirOrder() {
        assertThat(template.fill("{parent}/{name|encode} {rest|slash:%2f} {name|encode2} {name|encode_all}"))
                .isEqualTo("/api/v1/%75sers api%2fv1%2fusers %2575sers %75%73%65%72%73");
        assertThat(template.fill("{identity|underscores|upper} {identity|underscore} {name|capital} {name|encode_u}"))
                .isEqualTo("X_USER_ID X-User_ID Users %u0075sers");
        assertThat(template.fill("{name|overlong} {name|fullwidth} {name|long_s} {name|encode_last}"))
                .isEqualTo("%c1%b5sers %ef%bd%95%ef%bd%93%ef%bd%85%ef%bd%92%ef%bd%93 u%c5%bfer%c5%bf user%73");
        assertThat(template.fill("{body64}")).hasSize(64);
    }
}
