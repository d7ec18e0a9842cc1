/** What tests of the whole kernel are made with: the kernel itself with scripted workers, policies, messages and raw connections. */
@NullMarked
package io.policyengine.kernel.harness;

import org.jspecify.annotations.NullMarked;
