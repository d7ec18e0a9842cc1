/** Live figures of the meters for operators. */
@NullMarked
package io.policyengine.admin.stats;

import org.jspecify.annotations.NullMarked;
