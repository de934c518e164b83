"""The extensions, unbound; app/factory.py binds them."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from app.kernel.model import Model

db = SQLAlchemy(metadata=Model.metadata)
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
socketio = SocketIO()
