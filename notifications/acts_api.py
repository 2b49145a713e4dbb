"""POST /api/v1/notifications/acts/: many messages sent again, or let go (SPEC 7; API-2)."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from notifications.serializers import ActResultSerializer, ActsSerializer
from notifications.services.notification import notification_cancel, notification_resend
from portal.accounts.models import ApiToken, User
from portal.common.bulk import each_for_itself
from portal.common.serializers import valid


class NotificationActsView(APIView):
    """What is done with many messages at once."""

    scope = ApiToken.Scope.OPERATE

    @extend_schema(operation_id="notifications_act", request=ActsSerializer, responses=ActResultSerializer(many=True))
    def post(self, request: Request) -> Response:
        """Send up to 200 messages again, or let them go; each for itself, with a result for each."""
        assert isinstance(request.user, User)  # the scope lets nobody else in
        asked, user = valid(ActsSerializer(data=request.data)), request.user
        act = notification_resend if asked["do"] == "resend" else notification_cancel
        ids = asked["notifications"]
        outcomes = each_for_itself(ids, lambda one: (200, act(user=user, notification_id=one)))
        return Response(
            [
                {"id": str(one), "status": outcome.status, "problem": outcome.problem}
                for one, outcome in zip(ids, outcomes, strict=True)
            ]
        )
