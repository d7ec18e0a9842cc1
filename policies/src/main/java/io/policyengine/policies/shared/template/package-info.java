/** Texts with placeholders that are filled in from an exchange. */
@NullMarked
package io.policyengine.policies.shared.template;

import org.jspecify.annotations.NullMarked;
