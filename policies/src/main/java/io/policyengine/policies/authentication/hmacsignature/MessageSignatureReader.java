package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;
import io.policyengine.policies.authentication.hmacsignature.component.SignatureComponent;
import io.policyengine.policies.format.structuredfields.BareItem;
import io.policyengine.policies.format.structuredfields.InnerList;
import io.policyengine.policies.format.structuredfields.Item;
import io.policyengine.policies.format.structuredfields.MalformedFieldException;
import io.policyengine.policies.format.structuredfields.Member;
import io.policyengine.policies.format.structuredfields.Parameters;
import io.policyengine.policies.format.structuredfields.StructuredFields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses {@code Signature-Input} and {@code Signature} (RFC 9421 §4). Only the first {@value #MAX_TRIED} signatures
 * with an accepted tag are examined. Each may cover at most {@value #MAX_COMPONENTS} components, with a base of at most
 * {@value #MAX_BASE} characters. For the other signatures, the result has only the key id and the tag.
 *
 * @param tags accepted tags, or empty for any; signatures with other tags are ignored
 */
record MessageSignatureReader(Set<String> tags) implements SignatureReader {
    /** Maximum number of signatures with an accepted tag that are examined in a request. */
    static final int MAX_TRIED = 2;

    /** Maximum number of components that a signature may cover. */
    static final int MAX_COMPONENTS = 64;

    /** Maximum length of a signature base up to the value of its last component, in characters. */
    static final int MAX_BASE = 65_536;

    private static final String INPUT = "signature-input";
    private static final String SIGNATURE = "signature";
    private static final Set<String> TEXTS = Set.of("alg", "keyid", "nonce", "tag");

    @Override
    public SignatureCredential read(RequestComponents request) {
        HeaderMap headers = request.request().headers();
        List<String> inputs = headers.getAll(INPUT);
        List<String> signatures = headers.getAll(SIGNATURE);
        if (inputs.isEmpty() && signatures.isEmpty()) {
            return new SignatureCredential.None();
        }
        try {
            return read(StructuredFields.dictionary(inputs), StructuredFields.dictionary(signatures), request);
        } catch (MalformedFieldException malformed) {
            return new SignatureCredential.Malformed();
        }
    }

    private SignatureCredential read(
            Map<String, Member> inputs, Map<String, Member> signatures, RequestComponents request) {
        if (inputs.isEmpty() || !inputs.keySet().equals(signatures.keySet())) {
            return new SignatureCredential.Malformed();
        }
        List<Claim> claims = new ArrayList<>(1);
        List<SignatureCredential.Surplus> surplus = new ArrayList<>(0);
        for (Map.Entry<String, Member> input : inputs.entrySet()) {
            if (!(input.getValue() instanceof InnerList covered)
                    || !(signatures.get(input.getKey()) instanceof Item(BareItem.Bytes signature, var _))
                    || !isWellFormed(covered.parameters())) {
                return new SignatureCredential.Malformed();
            }
            String keyId = text(covered.parameters(), "keyid");
            if (keyId == null || !isAccepted(covered.parameters())) {
                continue;
            }
            if (claims.size() == MAX_TRIED) {
                surplus.add(new SignatureCredential.Surplus(keyId, text(covered.parameters(), "tag")));
            } else {
                List<SignatureComponent> components = components(covered);
                if (components == null) {
                    return new SignatureCredential.Malformed();
                }
                claims.add(claim(keyId, covered, components, signature.toArray(), request));
            }
        }
        // Another signature may name another client, whom the upstream would recognize.
        List<String> proof = inputs.size() == 1 ? List.of(SIGNATURE, INPUT) : List.of();
        return claims.isEmpty() ? new SignatureCredential.None() : new SignatureCredential.Some(claims, surplus, proof);
    }

    private boolean isAccepted(Parameters parameters) {
        String tag = text(parameters, "tag");
        return tags.isEmpty() || (tag != null && tags.contains(tag));
    }

    /**
     * Checks the types of known parameters (RFC 9421 §2.3). Unknown parameters may have any type, and are signed as
     * well.
     */
    private static boolean isWellFormed(Parameters parameters) {
        return parameters.values().entrySet().stream().allMatch(parameter -> switch (parameter.getKey()) {
            case "created", "expires" -> parameter.getValue() instanceof BareItem.Int;
            default -> !TEXTS.contains(parameter.getKey()) || parameter.getValue() instanceof BareItem.Text;
        });
    }

    private static @Nullable List<SignatureComponent> components(InnerList covered) {
        if (covered.items().size() > MAX_COMPONENTS) {
            return null;
        }
        Set<SignatureComponent> seen = new HashSet<>();
        List<SignatureComponent> components = new ArrayList<>(covered.items().size());
        for (Item item : covered.items()) {
            SignatureComponent component = SignatureComponent.of(item);
            if (component == null || !seen.add(component)) {
                return null;
            }
            components.add(component);
        }
        return components;
    }

    private static Claim claim(
            String keyId,
            InnerList covered,
            List<SignatureComponent> components,
            byte[] signature,
            RequestComponents request) {
        Parameters parameters = covered.parameters();
        return new Claim(
                keyId,
                components,
                new Claim.SignatureParameters(
                        text(parameters, "alg"),
                        number(parameters, "created"),
                        number(parameters, "expires"),
                        text(parameters, "nonce"),
                        text(parameters, "tag")),
                base(covered, components, request),
                signature);
    }

    /** Returns the signature base (RFC 9421 §2.5); null if a component is missing or the base is too long. */
    private static byte @Nullable [] base(
            InnerList covered, List<SignatureComponent> components, RequestComponents request) {
        StringBuilder base = new StringBuilder(512);
        for (SignatureComponent component : components) {
            String value = request.valueOf(component);
            if (value == null || base.length() + value.length() > MAX_BASE) {
                return null;
            }
            base.append(component.identifier()).append(": ").append(value).append('\n');
        }
        base.append("\"@signature-params\": ");
        covered.writeTo(base);
        return Octets.toBytes(base.toString());
    }

    private static @Nullable String text(Parameters parameters, String key) {
        return parameters.get(key) instanceof BareItem.Text(String value) ? value : null;
    }

    private static @Nullable Long number(Parameters parameters, String key) {
        return parameters.get(key) instanceof BareItem.Int(long value) ? value : null;
    }
}
