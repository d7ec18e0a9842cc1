/** Kernels with management, and what they answer to operators. */
@NullMarked
package io.policyengine.admin.harness;

import org.jspecify.annotations.NullMarked;
