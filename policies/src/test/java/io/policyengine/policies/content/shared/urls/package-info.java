/** Tests of links and the hosts to which they may lead. */
@NullMarked
package io.policyengine.policies.content.shared.urls;

import org.jspecify.annotations.NullMarked;
