/** Tests of the texts in bodies. */
@NullMarked
package io.policyengine.policies.content.shared.content;

import org.jspecify.annotations.NullMarked;
