/** Tests of the texts in bodies. */
@NullMarked
package io.policyengine.policies.content.shared.texts;

import org.jspecify.annotations.NullMarked;
