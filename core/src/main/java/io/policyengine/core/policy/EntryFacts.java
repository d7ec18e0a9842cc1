package io.policyengine.core.policy;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The facts that a policy declares about one use of it, with its parameters, for checks of the chain that it is in. */
public record EntryFacts(Set<Fact> facts, Set<HeaderUse> headers, Set<MetadataUse> metadata) {
    private static final EntryFacts NONE = new EntryFacts(Set.of(), Set.of(), Set.of());

    /** Facts without uses of Envoy's metadata. */
    public EntryFacts(Set<Fact> facts, Set<HeaderUse> headers) {
        this(facts, headers, Set.of());
    }

    /** Copies. */
    public EntryFacts {
        facts = Set.copyOf(facts);
        headers = Set.copyOf(headers);
        metadata = Set.copyOf(metadata);
    }

    /** Returns empty facts. */
    public static EntryFacts none() {
        return NONE;
    }

    /** Returns facts that are independent of the parameters. */
    public static EntryFacts of(Set<Fact> facts) {
        return new EntryFacts(facts, Set.of(), Set.of());
    }

    /** Returns the fact that an entry reads these namespaces of {@link EnvoyMetadata}, the only ones it is given. */
    public static EntryFacts readingMetadata(String... namespaces) {
        return NONE.with(MetadataUse.Action.READS, List.of(namespaces));
    }

    /**
     * Returns the fact that an entry needs its phase's body only if the namespace is missing from the metadata of the
     * headers, and reads the namespace. If the namespace is present, the entry runs on the headers without the body.
     * All named namespaces must be present.
     */
    public static EntryFacts bodyUnlessMetadata(Phase phase, String namespace) {
        return NONE.with(MetadataUse.Action.inPlaceOfBody(phase), List.of(namespace));
    }

    private EntryFacts with(MetadataUse.Action action, List<String> namespaces) {
        var more = new HashSet<>(metadata);
        namespaces.forEach(namespace -> more.add(new MetadataUse(action, namespace)));
        return new EntryFacts(facts, headers, more);
    }

    /** The facts of these codes. Unknown ones are left out: a newer worker may know more. */
    public static EntryFacts ofCodes(Collection<String> codes) {
        var facts = EnumSet.noneOf(Fact.class);
        for (var fact : Fact.values()) {
            if (codes.contains(fact.code())) {
                facts.add(fact);
            }
        }
        var headers = new HashSet<HeaderUse>();
        for (var code : codes) {
            for (var action : HeaderUse.Action.values()) {
                if (code.startsWith(action.prefix())) {
                    headers.add(
                            new HeaderUse(action, code.substring(action.prefix().length())));
                }
            }
        }
        var metadata = new HashSet<MetadataUse>();
        for (var code : codes) {
            for (var action : MetadataUse.Action.values()) {
                if (code.startsWith(action.prefix())) {
                    metadata.add(new MetadataUse(
                            action, code.substring(action.prefix().length())));
                }
            }
        }
        return new EntryFacts(facts, headers, metadata);
    }

    /** Returns a copy with one more fact. */
    public EntryFacts with(Fact fact) {
        var more = new HashSet<>(facts);
        more.add(fact);
        return new EntryFacts(more, headers, metadata);
    }

    /** The facts together with those of something else that belongs to it. */
    public EntryFacts with(EntryFacts other) {
        var moreFacts = new HashSet<>(facts);
        moreFacts.addAll(other.facts);
        var moreHeaders = new HashSet<>(headers);
        moreHeaders.addAll(other.headers);
        var moreMetadata = new HashSet<>(metadata);
        moreMetadata.addAll(other.metadata);
        return new EntryFacts(moreFacts, moreHeaders, moreMetadata);
    }

    /** The facts together with what it does to headers of these names. */
    public EntryFacts with(HeaderUse.Action action, Collection<String> names) {
        var more = new HashSet<>(headers);
        names.forEach(name -> more.add(new HeaderUse(action, name)));
        return new EntryFacts(facts, more, metadata);
    }

    /** The namespaces of {@link EnvoyMetadata} that it looks at. */
    public Set<String> metadataRead() {
        return metadata.stream().map(MetadataUse::namespace).collect(Collectors.toUnmodifiableSet());
    }

    /** The namespaces in whose presence it does without the body of this phase; empty if nothing takes its place. */
    public Set<String> inPlaceOfBody(Phase phase) {
        var action = MetadataUse.Action.inPlaceOfBody(phase);
        return metadata.stream()
                .filter(use -> use.action() == action)
                .map(MetadataUse::namespace)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The request fields in which it sends the client's identity to the upstream; the usual ones if it sets an identity
     * and names none.
     */
    public Set<String> identityFields() {
        var named = names(HeaderUse.Action.IDENTITY);
        return named.isEmpty() && has(Fact.PROVIDES_IDENTITY) ? IdentityFields.USUAL : named;
    }

    /** Names of the headers that it looks at. */
    public Set<String> read() {
        return names(HeaderUse.Action.READS);
    }

    private Set<String> names(HeaderUse.Action action) {
        return headers.stream()
                .filter(use -> use.action() == action && !use.name().equals(HeaderUse.ALL))
                .map(HeaderUse::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** True if nothing is declared. */
    public boolean isEmpty() {
        return facts.isEmpty() && headers.isEmpty() && metadata.isEmpty();
    }

    /** True if the fact holds. */
    public boolean has(Fact fact) {
        return facts.contains(fact);
    }

    /** True if it does this with the header, whose name is in lower case: with it, or with all. */
    public boolean does(HeaderUse.Action action, String name) {
        return headers.contains(new HeaderUse(action, name)) || headers.contains(new HeaderUse(action, HeaderUse.ALL));
    }

    /** The codes of the wire format, sorted. */
    public List<String> codes() {
        return Stream.of(
                        facts.stream().map(Fact::code),
                        headers.stream().map(HeaderUse::code),
                        metadata.stream().map(MetadataUse::code))
                .flatMap(Function.identity())
                .sorted()
                .toList();
    }
}
