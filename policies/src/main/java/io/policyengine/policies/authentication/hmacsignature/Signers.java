package io.policyengine.policies.authentication.hmacsignature;

import org.jspecify.annotations.Nullable;

/**
 * Those who may sign: where their keys come from, and what is demanded of their signatures.
 *
 * @param decoy the key on which signatures by unknown keys are tried, so that they take as long; null if there is none
 */
record Signers(
        SignatureRules rules, KeySource keys, @Nullable VerificationKey decoy) {}
