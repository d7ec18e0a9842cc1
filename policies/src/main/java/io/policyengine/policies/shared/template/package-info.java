/** Texts with placeholders that are filled in for each exchange. */
@NullMarked
package io.policyengine.policies.shared.template;

import org.jspecify.annotations.NullMarked;
