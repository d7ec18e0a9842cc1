@NullMarked
package io.policyengine.kernel.account;

import org.jspecify.annotations.NullMarked;
