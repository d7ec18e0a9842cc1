package io.policyengine.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TargetEditTest {
    private static final List<String> NAMES = List.of("a", "b", "ä", "a b", "c&d");
    private static final List<String> TARGETS = List.of(
            "/p",
            "/p?",
            "/p?a=1&b=2&a=3&&flag&",
            "/p?%61=1&a+b=2&a%20b=3&c%26d=4",
            "/?&",
            "/p?=x&a",
            "/p?a=1?b=2",
            "/p?%zz=1&%C3%A4=2");

    private static String edited(String target, String... changes) {
        TargetEdit edit = new TargetEdit(target);
        for (String change : changes) {
            int equals = change.indexOf('=');
            if (change.startsWith("-")) {
                edit.remove(change.substring(1));
            } else if (change.startsWith("/")) {
                edit.replace(change);
            } else {
                edit.set(change.substring(0, equals), change.substring(equals + 1));
            }
        }
        return edit.target();
    }

    @Test
    void whatIsNotTouchedStaysToTheOctet() {
        for (String target : TARGETS) {
            assertThat(edited(target)).isEqualTo(target);
            assertThat(edited(target, "-nobody")).isEqualTo(target);
        }
        assertThat(edited("/p?%61=1&b=%zz&c+=2", "b=3")).isEqualTo("/p?%61=1&b=3&c+=2");
    }

    @Test
    void aParameterTakesThePlaceOfTheFirstOfItsName() {
        assertThat(edited("/p?a=1&b=2&a=3", "a=x y")).isEqualTo("/p?a=x%20y&b=2");
        assertThat(edited("/p?b=2", "a=1", "a=2", "c=3")).isEqualTo("/p?b=2&a=2&c=3");
        assertThat(edited("/p", "a=1")).isEqualTo("/p?a=1");
        assertThat(edited("/p?", "a=1")).isEqualTo("/p?a=1");
    }

    @Test
    void aNameThatAnUpstreamMayReadAsTheOneThatIsSetIsDropped() {
        for (String client : List.of(
                "+user",
                "%20user",
                "user+",
                "%75ser",
                "User",
                "USER",
                "user%5B%5D",
                "user[]",
                "user[x]",
                "[user]",
                "user%00x",
                "%09user")) {
            assertThat(edited("/p?a=1&" + client + "=evil&b=2", "user=me"))
                    .as(client)
                    .isEqualTo("/p?a=1&user=me&b=2");
            assertThat(edited("/p?user=1&" + client + "=evil", "user=me"))
                    .as(client)
                    .isEqualTo("/p?user=me");
            assertThat(edited("/p?" + client + "=evil", "-user")).as(client).isEqualTo("/p");
        }
        for (String client : List.of("user.id", "user+id", "User_ID", "user%5Bid")) {
            assertThat(edited("/p?" + client + "=evil", "user_id=me"))
                    .as(client)
                    .isEqualTo("/p?user_id=me");
        }
    }

    @Test
    void aNameThatAnUpstreamReadsOtherwiseStays() {
        for (String other : List.of("users", "x[user]", "user-id", "u", "xuser", "filter[user]", "user_id")) {
            assertThat(edited("/p?" + other + "=1", "user=me")).as(other).isEqualTo("/p?" + other + "=1&user=me");
        }
    }

    @Test
    void aMemberLeavesOtherMembersAlone() {
        assertThat(edited("/p?f[a]=1&F[t]=2&f[b]=3&f=4", "f[t]=me")).isEqualTo("/p?f[a]=1&f%5Bt%5D=me&f[b]=3");
    }

    @Test
    void namesThatAreSetTogetherDoNotReplaceEachOther() {
        assertThat(edited("/p?USER=1", "user=a", "User=b", "user[]=c", "user=d", "-User"))
                .isEqualTo("/p?user=d&user%5B%5D=c");
    }

    /** The value stays the same for an upstream that does not separate by semicolons, as the URL standard says. */
    @Test
    void aSemicolonConcealsNoName() {
        assertThat(edited("/p?a=1;user=evil&b=2;c", "user=me")).isEqualTo("/p?a=1%3Buser=evil&b=2;c&user=me");
        assertThat(edited("/p?a;+User[]=evil", "-user")).isEqualTo("/p?a%3B+User[]=evil");
        assertThat(edited("/p?user=1;a=2", "user=me")).isEqualTo("/p?user=me");
        assertThat(edited("/p?a=1;user=1;b=2", "a=x", "user=me")).isEqualTo("/p?a=x&user=me");
    }

    @Test
    void withTheLastParameterTheQuestionMarkGoes() {
        assertThat(edited("/p?a=1&a=2", "-a")).isEqualTo("/p");
        assertThat(edited("/p", "a=1", "-a")).isEqualTo("/p");
    }

    @Test
    void anotherPathKeepsTheQueryUnlessItHasItsOwn() {
        assertThat(edited("/p?a=1", "/q")).isEqualTo("/q?a=1");
        assertThat(edited("/p?a=1", "b=2", "/q", "c=3")).isEqualTo("/q?a=1&b=2&c=3");
        assertThat(edited("/p?a=1", "b=2", "/q?x=1", "c=3")).isEqualTo("/q?x=1&c=3");
        assertThat(edited("/p?a=1", "/q?")).isEqualTo("/q?");
        assertThat(edited("/p?", "/q")).isEqualTo("/q");
        assertThat(edited("/p?a=1", "-a", "/q")).isEqualTo("/q");
    }

    /** One change after the other, each on the text that the one before has left, comes to the same. */
    @Test
    void manyChangesComeToWhatTheyDoOneByOne() {
        Random random = new Random(19);
        for (int round = 0; round < 20_000; round++) {
            String start = TARGETS.get(random.nextInt(TARGETS.size()));
            TargetEdit edit = new TargetEdit(start);
            String expected = start;
            for (int i = random.nextInt(6); i >= 0; i--) {
                String name = NAMES.get(random.nextInt(NAMES.size()));
                switch (random.nextInt(4)) {
                    case 0 -> {
                        edit.remove(name);
                        expected = removed(expected, name);
                    }
                    case 1 -> {
                        String target = TARGETS.get(random.nextInt(TARGETS.size()));
                        edit.replace(target);
                        String query = QueryString.queryOf(expected);
                        expected = target.contains("?") || query.isEmpty() ? target : target + "?" + query;
                    }
                    default -> {
                        edit.set(name, "v" + i);
                        expected = set(expected, name, "v" + i);
                    }
                }
            }
            assertThat(edit.target()).isEqualTo(expected);
        }
    }

    private static String removed(String target, String name) {
        List<String> kept = QueryString.parts(target).stream()
                .filter(part -> !QueryString.nameOf(part).equals(name))
                .toList();
        return kept.size() == QueryString.parts(target).size() ? target : joined(target, kept);
    }

    private static String set(String target, String name, String value) {
        String encoded = QueryString.encode(name) + "=" + value;
        List<String> changed = new ArrayList<>();
        for (String part : QueryString.parts(target)) {
            if (!QueryString.nameOf(part).equals(name)) {
                changed.add(part);
            } else if (!changed.contains(encoded)) {
                changed.add(encoded);
            }
        }
        if (!changed.contains(encoded)) {
            changed.add(encoded);
        }
        return joined(target, changed);
    }

    private static String joined(String target, List<String> parts) {
        return QueryString.pathOf(target)
                + parts.stream().collect(Collectors.joining("&", parts.isEmpty() ? "" : "?", ""));
    }

    /** Ten times as many take some ten times as long: quadratic, these would take minutes. */
    @Test
    void aHundredThousandChangesOfALongQueryAreMadeAtOnce() {
        TargetEdit edit = new TargetEdit("/p?" + "x=1&".repeat(20_000));
        for (int i = 0; i < 100_000; i++) {
            edit.set("a" + i % 1_000, "1");
            edit.remove("b" + i);
        }

        assertThat(edit.target()).endsWith("&a998=1&a999=1");
    }
}
