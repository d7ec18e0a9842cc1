package io.policyengine.policies.authentication.hmacsignature;

import org.jspecify.annotations.Nullable;

/**
 * The permitted signers: the source of their keys, and the requirements on their signatures.
 *
 * @param decoy a key with which signatures by unknown keys are verified too, so that timing does not reveal which keys
 *     are known; or null
 */
record Signers(
        SignatureRules rules,
        SignerKeySource keys,
        @Nullable SignerKey decoy) {}
