/** Tests. */
@NullMarked
package io.policyengine.policies.template;

import org.jspecify.annotations.NullMarked;
