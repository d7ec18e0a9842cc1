/** Tests. */
@NullMarked
package io.policyengine.policies.shared.template;

import org.jspecify.annotations.NullMarked;
