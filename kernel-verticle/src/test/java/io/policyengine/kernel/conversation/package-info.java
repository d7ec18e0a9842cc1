@NullMarked
package io.policyengine.kernel.conversation;

import org.jspecify.annotations.NullMarked;
